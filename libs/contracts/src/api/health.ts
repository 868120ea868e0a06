import { z } from 'zod';
import { Position } from '../envelope.ts';
import { ServiceStatus } from '../service/events.ts';
import { ServiceView } from './views/service.ts';

const at = z.iso.datetime();

/** The last probe of one part. Single measurements are no events: the health checker keeps the newest of each only. */
export const Measurement = z.object({
  /** Id of the service. */
  id: z.string(),
  status: ServiceStatus,
  /** Null when there was no answer. */
  latencyMs: z.number().nonnegative().nullable(),
  detail: z.string(),
  measuredAt: at,
  /** What the checker believes after it. The log has the same, unless it could not take it (a full disk, say). */
  believed: ServiceStatus,
  believedSince: at,
});
export type Measurement = z.infer<typeof Measurement>;
export const MeasurementsAnswer = z.array(Measurement);

/** A part of the installation, or something it depends on. Latency and detail are of the last probe. */
export const HealthPart = ServiceView.pick({
  id: true,
  name: true,
  type: true,
  status: true,
  latencyMs: true,
  detail: true,
}).extend({
  /** When it took its status; null when it was never probed. */
  since: at.nullable(),
  /** Null when nobody probes it at the moment: status and detail are then the last that were known. */
  measuredAt: at.nullable(),
});
export type HealthPart = z.infer<typeof HealthPart>;

/** Why a reader of the log stands still. `message` is null for whoever may not see the server's own words. */
export const Standstill = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('event'),
    position: Position,
    type: z.string(),
    message: z.string().nullable(),
  }),
  /** The log was restored from a backup, and what was built may tell of events that no longer exist: rebuild it. */
  z.object({ kind: z.literal('restored') }),
]);
export type Standstill = z.infer<typeof Standstill>;

const reader = {
  name: z.string(),
  position: Position,
  /** Events of the log it has not seen. */
  lag: z.number().int().nonnegative(),
  /** Age of the oldest event it has not seen; 0 when caught up. */
  lagSeconds: z.number().nonnegative(),
  stopped: Standstill.nullable(),
};

export const ReadModelHealth = z.object({
  ...reader,
  status: z.enum(['live', 'paused']),
  version: z.number().int(),
  /** Counts rebuilds: another number after one means that the new one serves. */
  build: z.number().int(),
  /** A new one that is made beside it. */
  rebuild: z
    .object({ build: z.number().int(), position: Position, head: Position, stopped: Standstill.nullable() })
    .nullable(),
});
export type ReadModelHealth = z.infer<typeof ReadModelHealth>;

export const ProcessManagerHealth = z.object({
  ...reader,
  /** `waiting`: no process runs it at the moment. */
  status: z.enum(['running', 'waiting', 'paused']),
});
export type ProcessManagerHealth = z.infer<typeof ProcessManagerHealth>;

/** The copy of the log in NATS: how far it is; none where nothing copies; unknown while the event store does not answer. */
export const LogCopy = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('copied'), position: Position }),
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('unknown') }),
]);
export type LogCopy = z.infer<typeof LogCopy>;

/** `GET /api/health`: the installation at this moment. */
export const HealthView = z.object({
  at,
  parts: z.array(HealthPart),
  log: z.object({
    epoch: z.string(),
    head: Position,
    /** When the first event of the log was written; null while it is empty. */
    firstEventAt: at.nullable(),
    lastEventAt: at.nullable(),
    /** Over the last minute, or over the newest 1,000 events when those took less. */
    eventsPerSecond: z.number().nonnegative(),
    copy: LogCopy,
  }),
  readModels: z.array(ReadModelHealth),
  /** Null while the event store, which keeps their places, does not answer. */
  processManagers: z.array(ProcessManagerHealth).nullable(),
});
export type HealthView = z.infer<typeof HealthView>;

/** Answer to a rebuild that begins, or that was under way already. */
export const RebuildAccepted = z.object({ name: z.string(), build: z.number().int() });
export type RebuildAccepted = z.infer<typeof RebuildAccepted>;
