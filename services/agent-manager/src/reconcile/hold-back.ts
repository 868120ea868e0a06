import { type HoldCause, OurCause, streamOf, systemActor } from '@claude-codex/contracts';
import { STALLED_MS, taskDecider } from '@claude-codex/domain';
import { handleCommand } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { TaskProgress } from '../world/progress.ts';
import type { HoldingBack } from './ports.ts';

export interface HeldBy {
  readonly cause: HoldCause;
  /** One sentence for a person, without a capital: it follows "Waits:". */
  readonly detail: string;
  /** Somebody has to look at once. Otherwise only what is missing of ours, and only when that lasts. */
  readonly needsPerson?: boolean;
}

const MISSING = new Set<HoldCause>(OurCause.options);
/** New words about the same cause are worth an event no more often than this, */
const REPHRASED_MS = 15_000;
/** and while it lasts less and less often, down to this: two hosts may each have a full disk for a night. */
const REPHRASED_AT_LEAST_MS = 10 * 60_000;

/** Says on a task's card what it waits for: once per cause, and once more when somebody has to look. */
export async function holdBack(
  { store, followed, world, clock }: HoldingBack,
  taskId: string,
  held: HeldBy,
): Promise<void> {
  const progress = world.progress.get(taskId);
  if (progress === undefined) return;
  const { cause, detail } = held;
  const needsPerson = held.needsPerson ?? lastsLong(progress, cause, clock.now());
  if (isSaid(progress, { cause, detail, needsPerson }, clock.now())) return;
  const { position } = await handleCommand(store, {
    // Several managers may find the same: it is said once in the place of what was said before. A cause that passed and
    // came back is said again.
    commandId: idFrom('held-back', taskId, progress.movedBy, replaced(progress), cause, detail, String(needsPerson)),
    meta: {
      actor: systemActor('agent-manager'),
      causedBy: progress.causedBy,
      correlationId: progress.correlationId,
      causationId: progress.movedBy,
      workspaceId: progress.workspaceId,
    },
    stream: streamOf('task', taskId),
    decider: taskDecider,
    command: { type: 'HoldTaskBack', cause, detail, needsPerson },
  });
  if (position !== null) await followed.reached(position);
}

/** Names what a card says now. */
function replaced({ hold }: TaskProgress): string {
  return hold === null ? 'nothing' : `${hold.cause} ${hold.saidAt}`;
}

function lastsLong({ hold }: TaskProgress, cause: HoldCause, now: number): boolean {
  return MISSING.has(cause) && hold?.cause === cause && now - hold.since >= STALLED_MS;
}

function isSaid({ hold }: TaskProgress, held: Required<HeldBy>, now: number): boolean {
  if (hold === null || hold.cause !== held.cause || (held.needsPerson && !hold.needsPerson)) return false;
  const pause = Math.max(REPHRASED_MS, Math.min(hold.saidAt - hold.since, REPHRASED_AT_LEAST_MS));
  return hold.detail === held.detail || now - hold.saidAt < pause;
}
