import { subjects } from '@claude-codex/contracts/subjects';
import { publishJson } from '../bus-json.ts';
import {
  inTransaction,
  lockCheckpoint,
  noteFailure,
  projectFrom,
  projectNext,
  type StepOptions,
  schemaOf,
} from './projection-step.ts';

/** Events per transaction while building: large, because nobody waits for the single event. */
const BUILD_BATCH = 2_000;
/** The last so many are projected while the live read model stands still, so it must be little work. */
const SWAP_LAG = 100;

export type BuildResult =
  /** Nothing is being built, or another process builds. */
  | { kind: 'idle' }
  | { kind: 'built'; position: number }
  /** The new tables took the place of the old ones. */
  | { kind: 'live'; position: number }
  | { kind: 'failed'; error: unknown; event: { position: number; eventId: string; type: string } };

/** One step of a build under way: the next batch, or, when little is left, the change of places. */
export async function buildNext(options: StepOptions): Promise<BuildResult> {
  const step = await projectNext(options, BUILD_BATCH, 'building');
  if (step.kind === 'busy' || step.kind === 'paused') return { kind: 'idle' };
  if (step.kind === 'done' && step.count >= SWAP_LAG) return { kind: 'built', position: step.position };
  const result: BuildResult =
    step.kind === 'failed' ? { kind: 'failed', error: step.error, event: step.event } : await changePlaces(options);
  // It is tried again; until then whoever looks at the build sees why it does not move.
  if (result.kind === 'failed') await noteFailure(options, result, 'building');
  return result;
}

/**
 * In one transaction: holds the live read model still, brings the new one to the same position or beyond, and swaps
 * their tables. Readers see either the old or the new ones, and never an older state than before.
 */
async function changePlaces(options: StepOptions): Promise<BuildResult> {
  const { projection, pool, bus } = options;
  return inTransaction<BuildResult>(pool, schemaOf('building', projection.name), async (client) => {
    // Waits for the batch in hand of the live one; it then finds its row locked and stays away.
    await client.query(`select from read.projection where name = $1 and status in ('live', 'paused') for update`, [
      projection.name,
    ]);
    const checkpoint = await lockCheckpoint(client, projection, 'building');
    if (checkpoint === null) return { commit: false, result: { kind: 'idle' } };
    const last = await projectFrom(client, options, checkpoint, BUILD_BATCH);
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
