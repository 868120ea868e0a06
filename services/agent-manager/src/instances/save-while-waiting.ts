import { idFrom } from '@claude-codex/service-kit/ids';
import type { WorldInstance } from '../world/world.ts';
import { saveUnfinished } from './checkpoint.ts';
import type { FollowingTurns, TakingIn } from './ports.ts';
import { type Collected, type RunState, sendOnce } from './run-state.ts';

/** An answer that comes at once is not worth a collection, and the transcript has the call that waits by then. */
const SETTLE_MS = 2_000;

/**
 * An agent that waits for a person may do so for days, in the middle of its turn: what it has by then is saved once for
 * each thing it asked, so that the answer finds it on another host too. Returns when to look again, or null.
 */
export async function saveWhileWaiting(
  { world, clock }: Pick<FollowingTurns, 'world' | 'clock'>,
  run: RunState,
  instance: WorldInstance,
): Promise<number | null> {
  const asked = world.awaitedBy(instance.id).at(-1);
  if (asked === undefined || instance.submission !== null) return null;
  if (run.asked?.id !== asked) run.asked = { id: asked, seenAt: clock.now() };
  const id = snapshotId(run, asked);
  if (run.acks.has(id) || run.sent.has(id)) return null;
  const due = run.asked.seenAt + SETTLE_MS;
  if (clock.now() < due) return due;
  // One that fails is not asked for again: no agent waits for it, and the end of its turn is the next occasion.
  await sendOnce(run, { type: 'collect', id, deliverables: [], snapshot: true });
  return null;
}

/** Saves the answer to a snapshot; false when it is the answer to something else. One for a question settled meanwhile is old. */
export async function savedWhileWaiting(
  parts: TakingIn & Pick<FollowingTurns, 'world'>,
  run: RunState,
  instance: WorldInstance,
  collected: Collected,
): Promise<boolean> {
  const asked = parts.world.awaitedBy(instance.id);
  if (!asked.some((id) => snapshotId(run, id) === collected.commandId)) return false;
  await saveUnfinished(parts, run, instance, collected, 'it waits for a person');
  return true;
}

function snapshotId({ instanceId, epoch }: RunState, asked: string): string {
  return idFrom('snapshot', instanceId, epoch, asked);
}
