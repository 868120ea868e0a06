import { idFrom } from '@claude-codex/service-kit/ids';
import { GitAway, GitRefused } from '../git-service/git-service.ts';
import type { WorldInstance } from '../world/world.ts';
import { commandInstance } from './commands.ts';
import type { Recording, TakingIn } from './ports.ts';
import type { Collected, RunState } from './run-state.ts';

/** What an agent can go on from on another host: its session so far, and the commit its files are at. */
export async function saveCheckpoint(
  parts: Recording,
  run: RunState,
  instance: WorldInstance,
  collected: Collected,
  reason: string,
): Promise<void> {
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

/**
 * Saves what was not handed over, such as what a turn left behind. Its commits go to the instance's own branch, which nobody merges
 * without a review of that very commit. What the git service does not take now is saved after a later turn: no agent
 * waits for it.
 */
export async function saveUnfinished(
  parts: TakingIn,
  run: RunState,
  instance: WorldInstance,
  collected: Collected,
  reason: string,
): Promise<void> {
  const { bundleBlobId, withoutHistory } = collected;
  const { repositoryId, branch, baseSha } = instance.state;
  let { headSha } = collected;
  if (bundleBlobId !== null) {
    const onto = withoutHistory === true ? baseSha : null;
    try {
      const taken = await parts.git.takeIn({ repositoryId, branch, bundleBlobId, headSha, onto, since: null });
      headSha = taken.headSha;
    } catch (error) {
      if (!(error instanceof GitAway) && !(error instanceof GitRefused)) throw error;
      parts.log.warn({ err: error, instanceId: instance.id }, 'unfinished work could not be saved');
      return;
    }
  }
  await saveCheckpoint(parts, run, instance, { ...collected, headSha }, reason);
}
