import type { RecordedEvent } from '@claude-codex/contracts/envelope';
import { subjects } from '@claude-codex/contracts/subjects';
import type { Projection } from '@claude-codex/eventing';
import type pg from 'pg';
import { publishJson } from '../bus-json.ts';
import { copyEvents } from './event-copy.ts';
import {
  inTransaction,
  lockCheckpoint,
  noteFailure,
  type PgTx,
  projectFrom,
  type StepOptions,
  type StepResult,
  schemaOf,
} from './projection-step.ts';

/** Events per transaction while building: large, because nobody waits for the single event. */
const BUILD_BATCH = 4_000;
/** The last so many are projected while the live read model stands still, so it must be little work. */
const SWAP_LAG = 100;

export type BuildResult =
  /** Nothing is being built, or another process builds. */
  | { kind: 'idle' }
  | { kind: 'built'; position: number }
  /** The new tables took the place of the old ones. */
  | { kind: 'live'; position: number }
  | { kind: 'failed'; error: unknown; event: { position: number; eventId: string; type: string } };

export interface Builder {
  /** One step of a build under way: the next batch, or, when little is left, the change of places. */
  next(): Promise<BuildResult>;
}

interface ReadAhead {
  after: number;
  /** Null when reading failed: then they are read again, and the error shows there. */
  events: Promise<RecordedEvent[] | null>;
}

/** Builds a read model beside the live one. Reads the next batch on another connection while it folds and writes one. */
export function createBuilder(options: StepOptions): Builder {
  const { projection, pool, bus } = options;
  const schema = schemaOf('building', projection.name);
  let ahead: ReadAhead | null = null;

  function readAhead(after: number): void {
    ahead = { after, events: readOn(pool, after).catch(() => null) };
  }

  async function nextBatch(): Promise<StepResult> {
    // Awaited before a connection is taken: builds that held one each while waiting for another could wait forever.
    const waiting = ahead;
    const ready = (await waiting?.events) ?? null;
    ahead = null;
    return inTransaction<StepResult>(pool, schema, async (client) => {
      const checkpoint = await lockCheckpoint(client, projection, 'building');
      if (checkpoint === null) return { commit: false, result: { kind: 'busy' } };
      // What is lost with the machine is rows and checkpoint together: they are made again from where it then stands.
      await client.query('set local synchronous_commit = off');
      const result = await projectFrom(client, options, checkpoint, async (after) => {
        const events =
          ready !== null && waiting?.after === after ? ready : await copyEvents(client, after, BUILD_BATCH);
        const last = events.at(-1);
        if (events.length === BUILD_BATCH && last !== undefined) readAhead(last.position);
        return events;
      });
      return { commit: result.kind !== 'failed', result };
    });
  }

  /**
   * In one transaction: holds the live read model still, brings the new one to the same position or beyond, and swaps
   * their tables. Readers see either the old or the new ones, and never an older state than before.
   */
  async function changePlaces(): Promise<BuildResult> {
    return inTransaction<BuildResult>(pool, schema, async (client) => {
      await holdStill(client, projection);
      const checkpoint = await lockCheckpoint(client, projection, 'building');
      if (checkpoint === null) return { commit: false, result: { kind: 'idle' } };
      const last = await projectFrom(client, options, checkpoint, (after) => copyEvents(client, after, BUILD_BATCH));
      if (last.kind === 'failed')
        return { commit: false, result: { kind: 'failed', error: last.error, event: last.event } };
      if (last.kind !== 'done') return { commit: true, result: { kind: 'idle' } };
      const { rows } = await client.query<{ done: boolean }>('select read.finish_build($1) as done', [projection.name]);
      const { position } = last;
      if (rows[0]?.done !== true) return { commit: true, result: { kind: 'built', position } };
      return {
        commit: true,
        result: { kind: 'live', position },
        after: () => publishJson(bus, subjects.projection(projection.name), { position }),
      };
    });
  }

  return {
    async next() {
      const step = await nextBatch();
      if (step.kind === 'busy' || step.kind === 'paused') return { kind: 'idle' };
      if (step.kind === 'done' && step.count >= SWAP_LAG) return { kind: 'built', position: step.position };
      const result: BuildResult =
        step.kind === 'failed' ? { kind: 'failed', error: step.error, event: step.event } : await changePlaces();
      // It is tried again; until then whoever looks at the build sees why it does not move.
      if (result.kind === 'failed') await noteFailure(options, result, 'building');
      return result;
    },
  };
}

async function readOn(pool: pg.Pool, after: number): Promise<RecordedEvent[]> {
  const client = await pool.connect();
  try {
    const events = await copyEvents(client, after, BUILD_BATCH);
    client.release();
    return events;
  } catch (error) {
    // Nobody knows what state it is in.
    client.release(true);
    throw error;
  }
}

/** Waits for the batch in hand of the live read model; it then finds its row locked and stays away. */
async function holdStill(client: PgTx, { name }: Pick<Projection<PgTx>, 'name'>): Promise<void> {
  await client.query(`select from read.projection where name = $1 and status in ('live', 'paused') for update`, [name]);
}
