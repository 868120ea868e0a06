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
import { lookedAt } from './look-at-turn.ts';
import type { ManagerParts } from './parts.ts';
import type { Collected, RunState } from './run-state.ts';

/** How long a turn may go on after the agent said that it was finished. */
const TURN_GRACE_MS = 20_000;
const MAX_TOLD = 2;
const MAX_CHECK_OUTPUT_BYTES = 1024 * 1024;

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
  const until = submission.at + TURN_GRACE_MS;
  if (run.busy && parts.clock.now() < until) return until;
  const collecting = await collect(parts, run, instance, wanted(parts, instance, submission));
  if (collecting.kind === 'under_way') return collecting.again;
  if (collecting.kind === 'refused') await refuse(parts, run, instance, submission, collecting.detail);
  return null;
}

function wanted(parts: ManagerParts, instance: WorldInstance, submission: Submission) {
  const definition = phaseOf(parts, instance, submission.phase)?.definition;
  const deliverables = [...new Set([...(definition?.deliverables ?? []), ...submission.deliverables])];
  return { key: submission.eventId, deliverables, runCheck: definition?.requiresChanges ?? false };
}

/** The agent is told, so often in a round; after that a person has to look. */
async function refuse(
  parts: ManagerParts,
  run: RunState,
  instance: WorldInstance,
  submission: Submission,
  detail: string,
): Promise<void> {
  run.settled.add(submission.eventId);
  if (await tell(parts, instance, submission, `The work could not be collected: ${detail}`)) return;
  const failure = { code: 'WORK_NOT_COLLECTED', detail: `What the agent finished could not be taken in: ${detail}` };
  await commandInstance(
    parts,
    instance,
    { type: 'FailInstance', ...failure },
    { commandId: idFrom('not-collected', submission.eventId) },
  );
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
  try {
    await complete(parts, run, instance, submission, collected);
  } catch (error) {
    if (error instanceof BundleInvalid) await refuse(parts, run, instance, submission, error.message);
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
  collected: Collected,
): Promise<void> {
  const { state } = instance;
  const changes = await takeInChanges(parts, instance, submission, collected);
  await saveCheckpoint(parts, run, instance, collected, `phase ${submission.phase} handed over`);
  const evidence = await evidenceOf(parts, run, instance, collected);
  const { phase, round, summary } = submission;
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
          changes,
          evidence,
        },
      }),
  });
  if (position !== null) await parts.followed.reached(position);
}

async function takeInChanges(
  parts: ManagerParts,
  instance: WorldInstance,
  submission: Submission,
  collected: Collected,
) {
  const { state } = instance;
  const gitDir = parts.mirrors.gitDir(state.repositoryId);
  const { bundleBlobId, headSha } = collected;
  if (bundleBlobId === null) return null;
  await takeInBundle({
    mirror: gitDir,
    blobs: parts.blobs,
    blobId: bundleBlobId,
    branch: state.branch,
    headSha,
    maxBytes: parts.settings.bundleMaxBytes,
    temporary: parts.directories.temporary,
  });
  const phase = phaseOf(parts, instance, submission.phase);
  // Documents are handed over as files; the commits that carried them are no change for anybody to merge.
  if (phase?.definition.requiresChanges === false) return null;
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

async function evidenceOf(
  parts: ManagerParts,
  run: RunState,
  instance: WorldInstance,
  { check }: Collected,
): Promise<Evidence> {
  const toolCalls = instance.toolCalls - instance.toolCallsBefore + run.toolCalls;
  if (check === null) return { toolCalls, check: null, suspicious: toolCalls === 0 };
  const { output, ...result } = check;
  const { blobId } = await parts.blobs.put(Buffer.from(output), { maxBytes: MAX_CHECK_OUTPUT_BYTES });
  return { toolCalls, check: { ...result, outputBlobId: blobId }, suspicious: toolCalls === 0 };
}

/**
 * A message to the agent ends the hand-over; it has to submit again. Every such message costs a turn, so there are so many
 * in a round and no more: false when they are used up.
 */
async function tell(
  parts: ManagerParts,
  instance: WorldInstance,
  { phase, round }: Submission,
  text: string,
): Promise<boolean> {
  for (let count = 1; count <= MAX_TOLD; count += 1) {
    const messageId = idFrom('collect-failed', instance.id, phase, round, count);
    if (instance.state.messageIds.includes(messageId)) continue;
    const command = {
      type: 'SendMessage' as const,
      messageId,
      text: `${text}\n\nPut it right and call complete_phase again.`,
      interrupt: false,
    };
    await commandInstance(parts, instance, command, { commandId: `send:${messageId}` });
    return true;
  }
  return false;
}
