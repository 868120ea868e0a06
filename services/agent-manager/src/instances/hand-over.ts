import type { Evidence, TakeInAnswer } from '@claude-codex/contracts';
import { type Assignment, assignmentOf, completePhase } from '@claude-codex/domain';
import { DomainError, handleTransaction } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit/ids';
import { GitAway, GitRefused } from '../git-service/git-service.ts';
import { holdBack } from '../reconcile/hold-back.ts';
import type { HoldingBack } from '../reconcile/ports.ts';
import type { Submission, WorldInstance } from '../world/world.ts';
import { saveCheckpoint } from './checkpoint.ts';
import { collect, isCollectionOf } from './collecting.ts';
import { metaOf } from './commands.ts';
import { noticesOf, objectionsTo } from './hand-over-findings.ts';
import { type LookingAtTurns, lookedAt } from './look-at-turn.ts';
import { GIT_AWAY, GIT_DISK_FULL } from './needs.ts';
import type { Deciding } from './ports.ts';
import { remind } from './remind.ts';
import { type Checking, CheckUnwanted, runCheck } from './run-check.ts';
import type { Collected, RunState } from './run-state.ts';
import { savedWhileWaiting } from './save-while-waiting.ts';
import { decisionAboutSecrets } from './secrets-in-commits.ts';

/** To bring finished work to where it is reviewed. */
export type HandingOver = LookingAtTurns & Checking;

/** How long a turn may go on after the agent said that it was finished. */
const TURN_GRACE_MS = 20_000;
/** The same while a tool runs, or something the agent started; the worker itself ends those sooner. */
const WORK_GRACE_MS = 60 * 60_000;

/**
 * Asks the supervisor to hand over what was submitted, once the turn has ended. Returns when to look again, or null.
 */
export async function collectSubmission(
  parts: HandingOver,
  run: RunState,
  instance: WorldInstance,
): Promise<number | null> {
  const { submission } = instance;
  if (submission === null || run.settled.has(submission.eventId)) return null;
  const until = awaitedUntil(run, submission);
  if (run.busy && parts.clock.now() < until) return until;
  // Handed over again with other words: what was collected before them is not asked about any more.
  if (run.undecided !== null && !isOf(run, submission, run.undecided)) run.undecided = null;
  // A person may have decided about it meanwhile.
  if (run.undecided !== null) {
    await takeCollected(parts, run, instance, run.undecided);
    return null;
  }
  const collecting = await collect(parts, run, instance, wanted(parts, run, instance, submission));
  if (collecting.kind === 'under_way') return collecting.again;
  if (collecting.kind === 'refused') {
    run.settled.add(submission.eventId);
    await tell(parts, instance, submission, `The work could not be collected: ${collecting.detail}`);
  }
  return null;
}

/** How long the end of the turn is waited for. What the agent started may have taken long; hearing of its end, it goes on. */
export function awaitedUntil(
  run: Pick<RunState, 'openCalls' | 'background' | 'newsAt'>,
  submission: Pick<Submission, 'at'>,
): number {
  if (run.openCalls.size > 0 || run.background.length > 0) return submission.at + WORK_GRACE_MS;
  return Math.max(submission.at, run.newsAt) + TURN_GRACE_MS;
}

function wanted(
  parts: Pick<HandingOver, 'world'>,
  { accepted }: RunState,
  instance: WorldInstance,
  submission: Submission,
) {
  const phase = phaseOf(parts, instance, submission.phase);
  const definition = phase?.definition;
  const deliverables = [...new Set([...(definition?.deliverables ?? []), ...submission.deliverables])];
  const told = [...(phase?.told ?? [])];
  if (accepted === null) return { key: submission.eventId, deliverables, told };
  return { key: acceptedKey(submission, accepted), deliverables, told, accepted };
}

function acceptedKey({ eventId }: Submission, headSha: string): string {
  return `${eventId} accepted ${headSha}`;
}

/** Whether this answers a collection of what was submitted. */
function isOf(run: RunState, submission: Submission, { commandId, headSha }: Collected): boolean {
  const keys = [submission.eventId, acceptedKey(submission, headSha)];
  if (run.accepted !== null) keys.push(acceptedKey(submission, run.accepted));
  return keys.some((key) => isCollectionOf(run, key, commandId));
}

function phaseOf({ world }: Pick<HandingOver, 'world'>, { id, state }: WorldInstance, name: string): Assignment | null {
  return assignmentOf(world.tasks.get(state.taskId)?.phases ?? [], id, name);
}

/** The answer to a `collect`: what was submitted is completed, anything else was a look at how a turn ended. */
export async function takeCollected(
  parts: HandingOver,
  run: RunState,
  instance: WorldInstance,
  collected: Collected,
): Promise<void> {
  const { submission } = instance;
  if (submission === null || !isOf(run, submission, collected)) {
    if (await savedWhileWaiting(parts, run, instance, collected)) return;
    await lookedAt(parts, run, instance, collected);
    return;
  }
  if (run.settled.has(submission.eventId)) return;
  run.undecided = null;
  try {
    const decision = await decisionAboutSecrets(parts, instance, submission, collected);
    if (decision.kind === 'open') {
      run.undecided = collected;
      return;
    }
    // It stayed where it was until a person decided.
    if (decision.kind === 'accepted' && collected.bundleBlobId === null) {
      run.accepted = decision.headSha;
      return;
    }
    if (decision.kind === 'sent back') await tell(parts, instance, submission, decision.text);
    else await complete(parts, run, instance, submission, collected, decision.notices);
  } catch (error) {
    if (error instanceof CheckUnwanted)
      parts.log.info({ instanceId: instance.id }, 'a check was given up: its hand-over is over');
    else if (error instanceof GitRefused && error.code === 'BUNDLE_INVALID') {
      await tell(parts, instance, submission, error.message);
    } else if (error instanceof DomainError && error.code !== 'INSTANCE_FENCED') {
      // The phase was decided, or the task ended, while the work was on its way.
      parts.log.info({ instanceId: instance.id, code: error.code }, 'hand-over no longer applies');
    } else {
      await sayMissing(parts, instance, error);
      throw error;
    }
  }
  run.settled.add(submission.eventId);
}

async function complete(
  parts: HandingOver,
  run: RunState,
  instance: WorldInstance,
  submission: Submission,
  asCollected: Collected,
  decided: readonly string[],
): Promise<void> {
  const { state } = instance;
  const taken = await takeInWork(parts, instance, submission, asCollected);
  const collected = { ...asCollected, headSha: taken.headSha };
  await saveCheckpoint(parts, run, instance, collected, `phase ${submission.phase} handed over`);
  const { phase, round, summary } = submission;
  const requiresChanges = phaseOf(parts, instance, phase)?.definition.requiresChanges ?? true;
  const objections = objectionsTo(collected, requiresChanges);
  // What goes back to the agent anyway is not worth a check that may take its quarter of an hour.
  const { check, notices: ofCheck } =
    objections.length > 0 || taken.changes === null
      ? { check: null, notices: [] }
      : await runCheck(parts, run, instance, { submission, headSha: taken.changes.headSha });
  const notices = [...noticesOf(run, collected), ...decided, ...taken.notices, ...ofCheck];
  const evidence = { ...evidenceOf(run, instance), check, ...(notices.length === 0 ? {} : { notices }) };
  const { deliverables, missingDeliverables } = collected;
  const { position } = await handleTransaction(parts.store, {
    commandId: `hand-over:${submission.eventId}`,
    meta: metaOf(instance),
    decide: (load) =>
      completePhase(load, {
        taskId: state.taskId,
        reviewId: idFrom(submission.eventId, 'review'),
        handOver: {
          phase,
          round,
          instanceId: instance.id,
          summary,
          deliverables,
          missingDeliverables,
          objections,
          changes: taken.changes,
          evidence,
        },
      }),
  });
  if (position !== null) await parts.followed.reached(position);
}

/** Gives the commits to the git service, which says what they change. */
async function takeInWork(
  parts: Pick<HandingOver, 'git' | 'world'>,
  instance: WorldInstance,
  submission: Submission,
  { bundleBlobId, headSha, withoutHistory }: Collected,
): Promise<TakeInAnswer> {
  if (bundleBlobId === null) return { headSha, changes: null, notices: [] };
  const { repositoryId, branch, baseSha } = instance.state;
  const phase = phaseOf(parts, instance, submission.phase);
  // Documents are handed over as files; the commits that carried them are no change for anybody to merge.
  const isChange = phase?.definition.requiresChanges !== false;
  const since = isChange ? { baseSha, previousHeadSha: phase?.headSha ?? null } : null;
  const onto = withoutHistory === true ? baseSha : null;
  return parts.git.takeIn({ repositoryId, branch, bundleBlobId, headSha, onto, since });
}

/** It is tried again until it can be done; whoever looks at the card learns what it waits for. */
async function sayMissing(parts: HoldingBack, { state }: WorldInstance, error: unknown): Promise<void> {
  if (error instanceof GitAway) await holdBack(parts, state.taskId, GIT_AWAY);
  if (error instanceof GitRefused && error.code === 'DISK_FULL') await holdBack(parts, state.taskId, GIT_DISK_FULL);
}

function evidenceOf(run: RunState, instance: WorldInstance): Pick<Evidence, 'toolCalls' | 'suspicious'> {
  const toolCalls = instance.toolCalls - instance.toolCallsBefore + run.toolCalls;
  return { toolCalls, suspicious: toolCalls === 0 };
}

/** A message to the agent ends the hand-over; it has to submit again. */
async function tell(parts: Deciding, instance: WorldInstance, submission: Submission, text: string): Promise<void> {
  await remind(parts, instance, {
    messageId: idFrom('collect-failed', submission.eventId),
    text: `${text}\n\nPut it right and call complete_phase again.`,
    failure: { code: 'WORK_NOT_COLLECTED', detail: text },
  });
}
