import { streamOf } from '@claude-codex/contracts';
import { type PullRequestState, taskDecider } from '@claude-codex/domain';
import { type EventStore, loadState } from '@claude-codex/eventing';
import type { Change } from '@claude-codex/forges/forge';
import type { RemoteForge } from '@claude-codex/forges/remote-forge';
import type { Logger } from '@claude-codex/service-kit/log';
import { noteOf } from './note.ts';
import { taskLink } from './task-link.ts';

export interface SayParts {
  readonly store: EventStore;
  readonly forge: Pick<RemoteForge, 'say'>;
  readonly log: Logger;
  /** Where people open the pages, without a slash at its end; null when nobody said. */
  readonly publicUrl: string | null;
}

/** Says at its forge what is being done about a pull request. A courtesy: what goes wrong with it holds nothing up. */
export async function sayHowItGoes(
  { store, forge, log, publicUrl }: SayParts,
  { change, state }: { readonly change: Change; readonly state: Exclude<PullRequestState, { status: 'none' }> },
): Promise<void> {
  if (change.number === null) return;
  try {
    const task = await loadState(store, streamOf('task', change.taskId), taskDecider);
    const note = noteOf(state, task, taskLink(publicUrl, change.taskId, task));
    if (note !== null) await forge.say(change, note);
  } catch (err) {
    log.warn({ err, pullRequestId: change.pullRequestId }, 'how a pull request goes on could not be said there');
  }
}
