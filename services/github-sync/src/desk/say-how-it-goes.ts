import { streamOf } from '@claude-codex/contracts';
import { type PullRequestState, type TaskState, taskDecider } from '@claude-codex/domain';
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

/** Says at its forge what is being done about a pull request. */
export function sayHowItGoes(
  parts: SayParts,
  { change, state }: { readonly change: Change; readonly state: Exclude<PullRequestState, { status: 'none' }> },
): Promise<void> {
  return sayOfTask(parts, change, (task, link) => noteOf(state, task, link));
}

/** Says there why the work of one that was opened again does not go on here. */
export function sayNotTakenUp(parts: SayParts, change: Change, why: string): Promise<void> {
  return sayOfTask(parts, change, (_task, link) => `**This does not go on in ${link}.** ${why}`);
}

/** A courtesy: what goes wrong with it holds nothing up. */
async function sayOfTask(
  { store, forge, log, publicUrl }: SayParts,
  change: Change,
  words: (task: TaskState, link: string) => string | null,
): Promise<void> {
  if (change.number === null) return;
  try {
    const task = await loadState(store, streamOf('task', change.taskId), taskDecider);
    const note = words(task, taskLink(publicUrl, change.taskId, task));
    if (note !== null) await forge.say(change, note);
  } catch (err) {
    log.warn({ err, pullRequestId: change.pullRequestId }, 'how a pull request goes on could not be said there');
  }
}
