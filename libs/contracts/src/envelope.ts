import { z } from 'zod';
import type { ServiceName } from './services.ts';

/** A global, gap-free position in the log, or a version in a stream. Checked to be a safe integer at every border. */
export const Position = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

/** Who did it: a person, an agent's instance, or one of our own services. */
export const Actor = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('person'), id: z.string() }),
  z.object({ kind: z.literal('instance'), id: z.string() }),
  z.object({ kind: z.literal('system'), id: z.string() }),
]);
export type Actor = z.infer<typeof Actor>;

/**
 * One of our services as the one who acts. What it acts upon stands in the event, never in the actor's id; earlier
 * releases wrote sentences there.
 */
export function systemActor(id: ServiceName): Extract<Actor, { kind: 'system' }> {
  return { kind: 'system', id };
}

export const EventMeta = z.object({
  actor: Actor,
  /** The person on whose behalf it happened, when the actor is not that person. */
  causedBy: z.string().nullable(),
  /** Same for everything that follows from one request. */
  correlationId: z.string(),
  /** The id of the event that led to this one; null when a person's request did. */
  causationId: z.string().nullable(),
  commandId: z.string(),
  workspaceId: z.string(),
});
export type EventMeta = z.infer<typeof EventMeta>;

/** An event as it is decided, before the store has given it a place. */
export interface NewEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
}

/** A committed event. `at` is ISO 8601 in UTC, taken from the store's clock. */
export interface RecordedEvent<Type extends string = string, Data = unknown> {
  readonly position: number;
  readonly eventId: string;
  readonly stream: string;
  readonly version: number;
  readonly type: Type;
  readonly schemaVersion: number;
  readonly data: Data;
  readonly meta: EventMeta;
  readonly at: string;
  /** SHA-256 (hex) over the previous hash in the same workspace and this event: the audit chain. */
  readonly hash: string;
}

export const RecordedEventSchema = z.object({
  position: Position,
  eventId: z.string(),
  stream: z.string(),
  version: Position,
  type: z.string(),
  schemaVersion: z.number().int().positive(),
  data: z.unknown(),
  meta: EventMeta,
  at: z.iso.datetime(),
  hash: z.string(),
});

/** What a stream must look like for an append to succeed: an exact version (0 = must not exist) or anything. */
export const ExpectedVersion = z.union([Position, z.literal('any')]);
export type ExpectedVersion = z.infer<typeof ExpectedVersion>;

/** One atomic write, to one or several streams of one workspace. */
export const AppendRequest = z.object({
  /** The same id again returns the first answer; with other content it is refused. */
  commandId: z.string().min(1).max(128),
  meta: EventMeta.omit({ commandId: true }),
  writes: z
    .array(
      z.object({
        stream: z.string().min(3).max(200),
        expectedVersion: ExpectedVersion,
        events: z
          .array(z.object({ type: z.string(), data: z.unknown() }))
          .min(1)
          .max(100),
      }),
    )
    .min(1)
    .max(16),
});
export type AppendRequest = z.infer<typeof AppendRequest>;

export const AppendResult = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('appended'),
    /** True when this commandId had been appended before and this is that first answer. */
    duplicate: z.boolean(),
    firstPosition: Position,
    lastPosition: Position,
    versions: z.record(z.string(), Position),
  }),
  z.object({
    status: z.literal('conflict'),
    stream: z.string(),
    expected: ExpectedVersion,
    actual: Position,
  }),
  /** The commandId was used before for another request. */
  z.object({ status: z.literal('misuse'), commandId: z.string() }),
]);
export type AppendResult = z.infer<typeof AppendResult>;
