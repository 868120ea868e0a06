import type { Evidence } from '@claude-codex/contracts';
import { completePhase, type PhaseState } from '@claude-codex/domain';
import { DomainError, handleTransaction } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit/ids';
import { BundleInvalid } from '../checkouts/bundle-header.ts';
import { takeInBundle } from '../checkouts/take-in-bundle.ts';
import { changeSet } from '../diffs/change-set.ts';
import type { Submission, WorldInstance } from '../world/world.ts';
import { collect, isCollectionOf } from './collecting.ts';
import { commandInstance, metaOf } from './commands.ts';
import { noticesOf, objectionsTo } from './hand-over-findings.ts';
import { lookedAt } from './look-at-turn.ts';
import type { ManagerParts } from './parts.ts';
import { remind } from './remind.ts';
import { CheckUnwanted, runCheck } from './run-check.ts';
import type { Collected, RunState } from './run-state.ts';
import { decisionAboutSecrets } from './secrets-in-commits.ts';

/** How long a turn may go on after the agent said that it was finished. */
const TURN_GRACE_MS = 20_000;
/** The same while a tool runs, or something the agent started; the worker itself ends those sooner. */
const WORK_GRACE_MS = 60 * 60_000;

/**
 * Asks the supervisor to hand over what was submitted, once the turn has ended. Returns when to look again, or null.
 */
export async function collectSubmission(
  parts: ManagerParts,
  run: RunState,
  instance: WorldInstance,
): Promise<number | null> {
  const { submission } = instance;
  if (submission === null || run.settled.has(submission.eventId)) return null;
  const working = run.openCalls.size > 0 || run.background.length > 0;
  const until = submission.at + (working ? WORK_GRACE_MS : TURN_GRACE_MS);
  if (run.busy && parts.clock.now() < until) return until;
  // A person may have decided about it meanwhile.
  if (run.undecided !== null) {
    await takeCollected(parts, run, instance, run.undecided);
    return null;
  }
  const collecting = await collect(parts, run, instance, wanted(parts, instance, submission));
  if (collecting.kind === 'under_way') return collecting.again;
  if (collecting.kind === 'refused') {
    run.settled.add(submission.eventId);
    await tell(parts, instance, submission, `The work could not be collected: ${collecting.detail}`);
  }
  return null;
}

function wanted(parts: ManagerParts, instance: WorldInstance, submission: Submission) {
  const phase = phaseOf(parts, instance, submission.phase);
  const definition = phase?.definition;
  const deliverables = [...new Set([...(definition?.deliverables ?? []), ...submission.deliverables])];
  return { key: submission.eventId, deliverables, told: [...(phase?.told ?? [])] };
}

function phaseOf({ world }: ManagerParts, { state }: WorldInstance, name: string): PhaseState | undefined {
  return world.tasks.get(state.taskId)?.phases.find(({ definition }) => definition.name === name);
}

/** The answer to a `collect`: what was submitted is completed, anything else was a look at how a turn ended. */
export async function takeCollected(
  parts: ManagerParts,
  run: RunState,
  instance: WorldInstance,
  collected: Collected,
): Promise<void> {
  const { submission } = instance;
  if (submission === null || !isCollectionOf(run, submission.eventId, collected.commandId)) {
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
    if (decision.kind === 'sent back') await tell(parts, instance, submission, decision.text);
    else await complete(parts, run, instance, submission, collected, decision.notices);
  } catch (error) {
    if (error instanceof CheckUnwanted)
      parts.log.info({ instanceId: instance.id }, 'a check was given up: its hand-over is over');
    else if (error instanceof BundleInvalid) await tell(parts, instance, submission, error.message);
    else if (error instanceof DomainError && error.code !== 'INSTANCE_FENCED') {
      // The phase was decided, or the task ended, while the work was on its way.
      parts.log.info({ instanceId: instance.id, code: error.code }, 'hand-over no longer applies');
    } else throw error;
  }
  run.settled.add(submission.eventId);
}

async function complete(
  parts: ManagerParts,
  run: RunState,
  instance: WorldInstance,
  submission: Submission,
  asCollected: Collected,
  decided: readonly string[],
): Promise<void> {
  const { state } = instance;
  const collected = { ...asCollected, headSha: await takeInWork(parts, instance, asCollected) };
  const found = await changesOf(parts, instance, submission, collected);
  await saveCheckpoint(parts, run, instance, collected, `phase ${submission.phase} handed over`);
  const { phase, round, summary } = submission;
  const requiresChanges = phaseOf(parts, instance, phase)?.definition.requiresChanges ?? true;
  const objections = objectionsTo(collected, requiresChanges);
  // What goes back to the agent anyway is not worth a check that may take its quarter of an hour.
  const { check, notices: ofCheck } =
    objections.length > 0 || found === null
      ? { check: null, notices: [] }
      : await runCheck(parts, run, instance, { submission, headSha: found.changes.headSha });
  const notices = [...noticesOf(run, collected), ...decided, ...(found?.notices ?? []), ...ofCheck];
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
          changes: found?.changes ?? null,
          evidence,
        },
      }),
  });
  if (position !== null) await parts.followed.reached(position);
}

/** Brings the commits into the mirror; gives the commit the branch is at. */
async function takeInWork(parts: ManagerParts, { state }: WorldInstance, collected: Collected): Promise<string> {
  const { bundleBlobId, headSha, withoutHistory } = collected;
  if (bundleBlobId === null) return headSha;
  return takeInBundle({
    mirror: parts.mirrors.gitDir(state.repositoryId),
    blobs: parts.blobs,
    blobId: bundleBlobId,
    branch: state.branch,
    headSha,
    maxBytes: parts.settings.bundleMaxBytes,
    temporary: parts.directories.temporary,
    ...(withoutHistory === true && state.baseSha !== null ? { onto: state.baseSha } : {}),
  });
}

async function changesOf(
  parts: ManagerParts,
  instance: WorldInstance,
  submission: Submission,
  { bundleBlobId, headSha }: Collected,
) {
  const { state } = instance;
  if (bundleBlobId === null) return null;
  const phase = phaseOf(parts, instance, submission.phase);
  // Documents are handed over as files; the commits that carried them are no change for anybody to merge.
  if (phase?.definition.requiresChanges === false) return null;
  const gitDir = parts.mirrors.gitDir(state.repositoryId);
  const previousHeadSha = phase?.headSha ?? null;
  const baseSha = state.baseSha ?? headSha;
  return changeSet(parts.blobs, { gitDir, branch: state.branch, baseSha, headSha, previousHeadSha });
}

async function saveCheckpoint(
  parts: ManagerParts,
  run: RunState,
  instance: WorldInstance,
  collected: Collected,
  reason: string,
) {
  const { sessionId } = instance.state;
  if (sessionId === null) return;
  const { headSha, transcriptBlobId, bundleBlobId, commandId } = collected;
  const command = {
    type: 'SaveCheckpoint' as const,
    epoch: run.epoch,
    sessionId,
    headSha,
    transcriptBlobId,
    bundleBlobId,
    reason,
  };
  await commandInstance(parts, instance, command, { commandId: idFrom('checkpoint', commandId) });
}

function evidenceOf(run: RunState, instance: WorldInstance): Pick<Evidence, 'toolCalls' | 'suspicious'> {
  const toolCalls = instance.toolCalls - instance.toolCallsBefore + run.toolCalls;
  return { toolCalls, suspicious: toolCalls === 0 };
}

/** A message to the agent ends the hand-over; it has to submit again. */
async function tell(parts: ManagerParts, instance: WorldInstance, submission: Submission, text: string): Promise<void> {
  await remind(parts, instance, {
    messageId: idFrom('collect-failed', submission.eventId),
    text: `${text}\n\nPut it right and call complete_phase again.`,
    failure: { code: 'WORK_NOT_COLLECTED', detail: text },
  });
}
