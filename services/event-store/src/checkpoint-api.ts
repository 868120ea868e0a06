import {
  AcquireRequest,
  PauseRequest,
  ReleaseRequest,
  RenewRequest,
  ResumeRequest,
  SaveRequest,
} from '@claude-codex/contracts/event-store';
import { subjects } from '@claude-codex/contracts/subjects';
import type { CheckpointStore } from '@claude-codex/eventing';
import type { Bus } from '@claude-codex/service-kit/bus';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { z } from 'zod';
import { QUEUE } from './log-api.ts';

/** Checkpoints and leases of process managers over the bus. Returns a function that stops serving. */
export function serveCheckpoints(bus: Bus, checkpoints: CheckpointStore): () => void {
  const { checkpoint } = subjects.eventStore;
  const serve = <Schema extends z.ZodType>(
    verb: Parameters<typeof checkpoint>[0],
    schema: Schema,
    answer: (request: z.output<Schema>) => Promise<unknown>,
  ) => serveJson(bus, checkpoint(verb), schema, answer, QUEUE);

  const stops = [
    serve('acquire', AcquireRequest, ({ name, owner, ttlMs }) => checkpoints.acquire(name, owner, ttlMs)),
    serve('renew', RenewRequest, ({ name, owner, epoch, ttlMs }) => checkpoints.renew(name, owner, epoch, ttlMs)),
    serve('save', SaveRequest, ({ name, epoch, position }) => checkpoints.save(name, epoch, position)),
    serve('release', ReleaseRequest, ({ name, owner, epoch }) => checkpoints.release(name, owner, epoch)),
    serve('pause', PauseRequest, ({ name, epoch, reason }) => checkpoints.pause(name, epoch, reason)),
    serve('resume', ResumeRequest, ({ name }) => checkpoints.resume(name)),
    serve('list', z.object({}), () => checkpoints.list()),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
