import {
  type HealthPart,
  type HealthView,
  LogCopy,
  type Measurement,
  MeasurementsAnswer,
  type ProcessManagerHealth,
  type ReadModelHealth,
  type ServiceView,
} from '@claude-codex/contracts';
import { ProcessManagersAnswer } from '@claude-codex/contracts/event-store';
import { subjects } from '@claude-codex/contracts/subjects';
import type { Clock } from '@claude-codex/eventing';
import type { Bus } from '@claude-codex/service-kit/bus';
import { requestJson } from '@claude-codex/service-kit/bus-json';
import { type ProjectionStatus, readProjectionStatus } from '@claude-codex/service-kit/pg/projection-status';
import type { Pool } from 'pg';
import type { z } from 'zod';
import { createBriefMemory } from '../accounts/brief-memory.ts';
import type { ReadModels } from '../reads/read-models.ts';
import { readAges, readLogState, standstillOf } from './log-state.ts';

export interface HealthDeps {
  pool: Pool;
  bus: Bus;
  reads: ReadModels;
  clock: Pick<Clock, 'now'>;
}

/** Every open page asks each second; half of that is fresh enough for all of them. */
const FRESH_MS = 500;
const TIMEOUT_MS = 400;
/** An agent manager's sign of life is kept like a checkpoint, but reads nothing. */
const MANAGER_LEASE = 'manager:';

/** The installation at this moment, for the members of a workspace. Throws when the database does not answer. */
export function createHealthReader(deps: HealthDeps): (workspaceId: string) => Promise<HealthView> {
  const memory = createBriefMemory<HealthView>(deps.clock, FRESH_MS);
  return (workspaceId) => memory.get(workspaceId, () => readHealth(deps, workspaceId));
}

async function readHealth({ pool, bus, reads, clock }: HealthDeps, workspaceId: string): Promise<HealthView> {
  const [log, copy, projections, managers, services, measurements] = await Promise.all([
    readLogState(pool),
    ask(bus, subjects.eventStore.logCopy, LogCopy),
    readProjectionStatus(pool),
    ask(bus, subjects.eventStore.checkpoint('list'), ProcessManagersAnswer),
    reads.services(workspaceId),
    ask(bus, subjects.measurements, MeasurementsAnswer),
  ]);
  return {
    at: new Date(clock.now()).toISOString(),
    parts: partsOf(services, measurements ?? []),
    log: { ...log, copy: copy ?? { kind: 'unknown' } },
    readModels: readModelsOf(projections, log.head),
    processManagers: managers === null ? null : await processManagersOf(pool, managers, log.head),
  };
}

/** Null when nobody answers in time: this page is there to say so, and must not fail with what it shows. */
async function ask<Schema extends z.ZodType>(
  bus: Bus,
  subject: string,
  schema: Schema,
): Promise<z.output<Schema> | null> {
  try {
    return await requestJson(bus, subject, {}, schema, { timeoutMs: TIMEOUT_MS });
  } catch (error) {
    void error;
    return null;
  }
}

function partsOf(services: readonly ServiceView[], measurements: readonly Measurement[]): HealthPart[] {
  const byId = new Map(measurements.map((measurement) => [measurement.id, measurement]));
  return services.map(({ id, name, type, status, latencyMs, detail, changedAt }) => {
    const last = byId.get(id);
    // The log may be the part that is ill: what the checker believes counts, recorded or not.
    const unrecorded = last !== undefined && last.believed !== status;
    const shown = unrecorded ? last.believed : status;
    // One odd probe changes no status, so its words would contradict the one that is shown.
    const words = last?.status === shown ? last.detail : detail;
    return {
      id,
      name,
      type,
      status: shown,
      latencyMs: last === undefined ? latencyMs : last.latencyMs,
      detail: words,
      // That it worked while nobody watched, because the server was stopped, is not known.
      since: last !== undefined && (unrecorded || shown === 'connected') ? last.believedSince : changedAt,
      measuredAt: last?.measuredAt ?? null,
    };
  });
}

/** One entry for each read model that serves, with the one that is made beside it. */
function readModelsOf(rows: readonly ProjectionStatus[], head: number): ReadModelHealth[] {
  return rows.flatMap(({ name, version, build, status, position, lag, lagSeconds, lastError }) => {
    if (status !== 'live' && status !== 'paused') return [];
    const building = rows.find((row) => row.name === name && row.status === 'building');
    return {
      name,
      version,
      build,
      status,
      position: Number(position),
      lag: Math.max(Number(lag), 0),
      lagSeconds: Math.max(lagSeconds, 0),
      stopped: status === 'paused' ? standstillOf(lastError) : null,
      rebuild:
        building === undefined
          ? null
          : {
              build: building.build,
              position: Number(building.position),
              head,
              stopped: standstillOf(building.lastError),
            },
    };
  });
}

async function processManagersOf(
  pool: Pool,
  managers: z.output<typeof ProcessManagersAnswer>,
  head: number,
): Promise<ProcessManagerHealth[]> {
  const readers = managers.filter(({ name }) => !name.startsWith(MANAGER_LEASE));
  const ages = await readAges(
    pool,
    readers.map(({ position }) => position + 1),
  );
  return readers.map(({ name, position, owner, paused }) => ({
    name,
    position,
    lag: Math.max(head - position, 0),
    lagSeconds: ages.get(position + 1) ?? 0,
    status: paused !== null ? 'paused' : owner === null ? 'waiting' : 'running',
    stopped: standstillOf(paused),
  }));
}
