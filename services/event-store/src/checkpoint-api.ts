import { AcquireRequest, ReleaseRequest, RenewRequest, SaveRequest } from '@claude-codex/contracts/event-store';
import { subjects } from '@claude-codex/contracts/subjects';
import type { CheckpointStore } from '@claude-codex/eventing';
import type { Bus } from '@claude-codex/service-kit/bus';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { QUEUE } from './log-api.ts';

/** Checkpoints and leases of process managers over the bus. Returns a function that stops serving. */
export function serveCheckpoints(bus: Bus, checkpoints: CheckpointStore): () => void {
  const { checkpoint } = subjects.eventStore;
  const stops = [
    serveJson(
      bus,
      checkpoint('acquire'),
      AcquireRequest,
      ({ name, owner, ttlMs }) => checkpoints.acquire(name, owner, ttlMs),
      QUEUE,
    ),
    serveJson(
      bus,
      checkpoint('renew'),
      RenewRequest,
      ({ name, owner, epoch, ttlMs }) => checkpoints.renew(name, owner, epoch, ttlMs),
      QUEUE,
    ),
    serveJson(
      bus,
      checkpoint('save'),
      SaveRequest,
      ({ name, epoch, position }) => checkpoints.save(name, epoch, position),
      QUEUE,
    ),
    serveJson(
      bus,
      checkpoint('release'),
      ReleaseRequest,
      ({ name, owner, epoch }) => checkpoints.release(name, owner, epoch),
      QUEUE,
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
