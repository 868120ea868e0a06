import {
  PackRequest,
  ProbeRepositoryRequest,
  StartPointRequest,
  subjects,
  TakeInRequest,
} from '@claude-codex/contracts';
import type { EventStore } from '@claude-codex/eventing';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import type { Bus } from '@claude-codex/service-kit/bus';
import { BusRemoteError } from '@claude-codex/service-kit/bus';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { serveWork } from '@claude-codex/service-kit/bus-work';
import { isDiskFull } from '@claude-codex/service-kit/disk-full';
import type { Logger } from '@claude-codex/service-kit/log';
import type { Directories } from '../directories.ts';
import { BundleInvalid } from '../mirrors/bundle-header.ts';
import type { Mirrors } from '../mirrors/mirrors.ts';
import { probeRepository } from '../repositories/probe.ts';
import type { SourceSettings } from '../sources/source-access.ts';
import { SourceUnavailable } from '../sources/source-refusal.ts';
import type { GivenPacks } from './given-packs.ts';
import { packFor } from './pack.ts';
import { startPoint } from './start-point.ts';
import { takeIn } from './take-in.ts';

export interface RequestParts {
  readonly bus: Bus;
  readonly store: EventStore;
  readonly blobs: BlobStore;
  readonly mirrors: Mirrors;
  readonly packs: GivenPacks;
  readonly directories: Directories;
  readonly sources: SourceSettings;
  readonly bundleMaxBytes: number;
  readonly log: Logger;
}

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
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Our refusals cross the bus with their sentence: it is for a person, and names no more than that person typed. */
async function said<Answer>({ log }: RequestParts, work: Promise<Answer>): Promise<Answer> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof SourceUnavailable || error instanceof BundleInvalid) {
      throw new BusRemoteError(error.code, error.message);
    }
    if (isDiskFull(error)) throw new BusRemoteError('DISK_FULL', null);
    log.error({ err: error }, 'a request could not be done');
    throw error;
  }
}
