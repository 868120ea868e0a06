import {
  PackRequest,
  ProbeRepositoryRequest,
  StartPointRequest,
  subjects,
  TakeInRequest,
} from '@claude-codex/contracts';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { serveWork } from '@claude-codex/service-kit/bus-work';
import { probeRepository } from '../repositories/probe.ts';
import { serveForges } from './of-forges.ts';
import { packFor } from './pack.ts';
import { type RequestParts, said } from './said.ts';
import { startPoint } from './start-point.ts';
import { takeIn } from './take-in.ts';

const QUEUE = { queue: 'git' };

/** What other services ask for. Everything but the probe may take minutes, and may be asked for twice. */
export function serveRequests(parts: RequestParts): () => void {
  const { bus, sources, directories } = parts;
  const stops = [
    serveJson(
      bus,
      subjects.git.probeRepository,
      ProbeRepositoryRequest,
      ({ source }) => probeRepository(source, sources, directories),
      QUEUE,
    ),
    serveWork(bus, subjects.git.startPoint, StartPointRequest, (body) => said(parts, startPoint(parts, body)), QUEUE),
    serveWork(bus, subjects.git.pack, PackRequest, (body) => said(parts, packFor(parts, body)), QUEUE),
    serveWork(bus, subjects.git.takeIn, TakeInRequest, (body) => said(parts, takeIn(parts, body)), QUEUE),
    ...serveForges(parts),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
