import { z } from 'zod';
import { AppendResult, Position, RecordedEventSchema } from './envelope.ts';

/** Requests to the event store over the bus and their answers, by the names in `subjects.eventStore`. */

/**
 * Several appends travel in one message, each for itself: one outcome per request, in order. `error` is how the store
 * refused that one, by code.
 */
export const AppendAnswers = z.array(
  z.union([
    z.object({ result: AppendResult }),
    z.object({ error: z.object({ code: z.string(), detail: z.unknown() }) }),
  ]),
);

export const ReadStreamRequest = z.object({
  stream: z.string().min(1).max(200),
  fromVersion: Position,
  limit: z.number().int().positive().max(10_000),
});

export const ReadAllRequest = z.object({ after: Position, limit: z.number().int().positive().max(10_000) });

/** `more`: the answer was cut to fit a message, and the rest follows after its last event. */
export const EventsAnswer = z.object({ events: z.array(RecordedEventSchema), more: z.boolean() });

export const HeadAnswer = z.object({ epoch: z.string(), position: Position });

const snapshotOf = { stream: z.string().min(1).max(200), schemaVersion: z.number().int().positive() };
export const LoadRequest = z.object({ ...snapshotOf, commandId: z.string().max(128).nullable() });
/** The events that go with the snapshot, as far as they fit. */
export const LoadAnswer = EventsAnswer.extend({
  kept: z.object({ version: Position, state: z.unknown(), answered: z.boolean() }).nullable(),
});
export const KeepSnapshotRequest = z.object({ ...snapshotOf, version: Position, state: z.unknown() });

/** The doorbell `es.head`, and `proj.<name>`. */
export const PositionMoved = z.object({ position: Position });

const name = z.string().min(1).max(200);
const owner = z.string().min(1).max(200);
const ttlMs = z.number().int().positive().max(600_000);

export const AcquireRequest = z.object({ name, owner, ttlMs });
export const AcquireAnswer = z.object({ epoch: Position, position: Position }).nullable();
export const RenewRequest = z.object({ name, owner, epoch: Position, ttlMs });
export const SaveRequest = z.object({ name, epoch: Position, position: Position });
export const ReleaseRequest = z.object({ name, owner, epoch: Position });
/** Whether the lease was still held. */
export const HeldAnswer = z.boolean();

/** Why a process manager stands still: the event it could not digest. */
export const PauseReason = z.object({
  position: Position,
  eventId: z.string().max(200),
  type: z.string().max(200),
  message: z.string().max(1_000),
});
export const PauseRequest = z.object({ name, epoch: Position, reason: PauseReason });
export const ResumeRequest = z.object({ name });
export const ProcessManagersAnswer = z.array(
  z.object({ name, position: Position, owner: owner.nullable(), paused: PauseReason.nullable() }),
);
