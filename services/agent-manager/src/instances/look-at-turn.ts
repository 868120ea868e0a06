import { cutText } from '@claude-codex/contracts/text';
import { idFrom } from '@claude-codex/service-kit/ids';
import { nudgeText } from '../prompts/index.ts';
import { holdBack } from '../reconcile/hold-back.ts';
import type { WorldInstance } from '../world/world.ts';
import { saveUnfinished } from './checkpoint.ts';
import { collect, isCollectionOf } from './collecting.ts';
import { commandInstance } from './commands.ts';
import { egressAway } from './needs.ts';
import type { Deciding, EgressPort, FollowingTurns, TakingIn } from './ports.ts';
import { remind } from './remind.ts';
import type { Collected, FinishedTurn, RunState } from './run-state.ts';
import { wordsOfFailed } from './turn-words.ts';

/** To make something of how a turn ended. */
export type LookingAtTurns = FollowingTurns & EgressPort & TakingIn;

/** An interrupting message ends a turn too, and a submission may be a moment behind: nothing is concluded before. */
const SETTLE_MS = 1_500;
const ERROR_WAIT_MS = 10_000;
const AWAY_MS = 2_000;
const MAX_SUMMARY = 4_000;

/**
 * A turn ended, but the phase was not handed over: looks at what is there. Returns when to look again, or null.
 * Nothing happens while a person's answer is awaited, a message is on its way, or a hand-over is under way.
 */
export async function lookAtTurn(
  parts: FollowingTurns & EgressPort,
  run: RunState,
  instance: WorldInstance,
): Promise<number | null> {
  const { turn } = run;
  const open = parts.world.openPhase(instance);
  if (turn === null || turn.looked || run.busy || open === null) return null;
  if (instance.submission !== null || instance.state.pending.length > 0) return null;
  if (parts.world.waitsForPerson(instance.id)) return null;
  const due = turn.isError ? Math.max(turn.at + ERROR_WAIT_MS, run.limitedUntil) : turn.at + SETTLE_MS;
  if (parts.clock.now() < due) return due;
  if (turn.isError) return concludeError(parts, run, instance, turn);
  const { deliverables } = open.definition;
  const looking = await collect(parts, run, instance, { key: lookKey(turn), deliverables });
  if (looking.kind === 'under_way') return looking.again;
  turn.looked = true;
  if (looking.kind === 'refused')
    await nudge(parts, instance, lookId(run, turn), `The work could not be looked at: ${looking.detail}`);
  return null;
}

/** Without its way to the model every turn ends like this: the agent is asked to go on when the way is there again. */
async function concludeError(
  parts: FollowingTurns & EgressPort,
  run: RunState,
  instance: WorldInstance,
  turn: FinishedTurn,
): Promise<number | null> {
  const away = await egressAway(parts);
  if (away !== null) {
    await holdBack(parts, instance.state.taskId, away);
    return parts.clock.now() + AWAY_MS;
  }
  turn.looked = true;
  await nudge(parts, instance, lookId(run, turn), cutText(wordsOfFailed(turn), 2_000));
  return null;
}

function lookKey({ seq }: FinishedTurn): string {
  return `look ${seq}`;
}

function lookId({ instanceId, epoch }: RunState, { seq }: FinishedTurn): string {
  return idFrom('look', instanceId, epoch, seq);
}

/** What the look found: all that the phase asks for counts as handed over; otherwise the agent is reminded. */
export async function lookedAt(
  parts: Deciding & TakingIn,
  run: RunState,
  instance: WorldInstance,
  collected: Collected,
): Promise<void> {
  const { turn } = run;
  const open = parts.world.openPhase(instance);
  if (turn === null || open === null || instance.submission !== null) return;
  if (!isCollectionOf(run, lookKey(turn), collected.commandId)) return;
  turn.looked = true;
  const { name, deliverables, requiresChanges } = open.definition;
  const changed = collected.commits > 0 && collected.headSha !== open.headSha;
  const complete = collected.missingDeliverables.length === 0 && (requiresChanges ? changed : deliverables.length > 0);
  if (!complete) {
    await saveUnfinished(parts, run, instance, collected, 'a turn ended');
    return nudge(parts, instance, lookId(run, turn), 'The agent ended its turn without handing over its work.');
  }
  const summary = cutText(turn.result, MAX_SUMMARY);
  const command = {
    type: 'SubmitPhase' as const,
    phase: name,
    round: open.round,
    summary,
    deliverables,
    via: 'turn_end' as const,
    proposal: null,
  };
  await commandInstance(parts, instance, command, {
    commandId: idFrom('turn-end', run.instanceId, run.epoch, turn.seq),
  });
}

async function nudge(parts: Deciding, instance: WorldInstance, lookId: string, reason: string): Promise<void> {
  const open = parts.world.openPhase(instance);
  if (open === null) return;
  const { name, deliverables } = open.definition;
  await remind(parts, instance, {
    messageId: idFrom('nudge', lookId),
    text: nudgeText({ phase: name, deliverables }),
    failure: { code: 'PHASE_NOT_HANDED_OVER', detail: reason },
  });
}
