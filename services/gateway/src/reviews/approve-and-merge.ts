import type { MergeStrategy, RecordedEventOf, TaskEvent } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { pullRequestDecider } from '@claude-codex/domain/pull-request/decide';
import { taskDecider } from '@claude-codex/domain/task/decide';
import { type EventStore, fold, readWholeStream, type Seen } from '@claude-codex/eventing';
import type { CommandContext, Commands } from '../commands/commands.ts';
import { refusal } from '../commands/problems.ts';

/** Merging along with an approval is for the last gate only: throws REVIEW_NOT_LAST_GATE when another one follows. */
export async function checkMayMerge(store: EventStore, taskId: string, reviewId: string): Promise<void> {
  const events = await readWholeStream(store, streamOf('task', taskId));
  const task = fold(taskDecider, events as unknown as Seen<TaskEvent>[]);
  if (task.status === 'none') throw refusal('TASK_NOT_FOUND');
  const index = task.phases.findIndex((phase) => phase.reviewId === reviewId);
  const followed = task.phases.slice(index + 1).some((phase) => phase.definition.gate === 'person');
  if (index >= 0 && followed) throw refusal('REVIEW_NOT_LAST_GATE');
}

export interface Merged {
  position: number;
  merge: 'requested' | 'pending';
  detail: string;
}

const WAIT_MS = 5_000;
const PAGE = 200;

/**
 * The pull request is opened by the task flow after the approval: waits for it up to 5 s and asks for the merge. When
 * it does not come in time nothing is lost: it will show up as "ready to merge".
 */
export async function mergeAfterApproval(
  { store, commands, context }: { store: EventStore; commands: Commands; context: CommandContext },
  { taskId, after, strategy }: { taskId: string; after: number; strategy: MergeStrategy },
): Promise<Merged> {
  const opened = await findOpened(store, taskId, after);
  if (opened === null) {
    const detail = 'The work is approved. Its pull request is still being prepared; merge it as soon as it shows up.';
    return { position: after, merge: 'pending', detail };
  }
  const position = await commands.run(context, {
    stream: opened,
    decider: pullRequestDecider,
    command: { type: 'RequestMerge', strategy },
  });
  return { position, merge: 'requested', detail: 'The work is approved and is being merged.' };
}

/** The stream of the pull request that opens for this task after a position; null when none does in time. */
async function findOpened(store: EventStore, taskId: string, after: number): Promise<string | null> {
  const deadline = Date.now() + WAIT_MS;
  let seen = after;
  for (;;) {
    const { promise: moved, resolve } = Promise.withResolvers<void>();
    const off = store.onHead(() => resolve());
    try {
      const events = await store.readAll({ after: seen, limit: PAGE });
      const found = events.find((event) => isOpened(event) && event.data.taskId === taskId);
      if (found !== undefined) return found.stream;
      seen = events.at(-1)?.position ?? seen;
      if (events.length === PAGE) continue;
      const left = deadline - Date.now();
      if (left <= 0) return null;
      // The doorbell is a hint and may be lost, so the log is looked at every 250 ms as well.
      const timer = setTimeout(resolve, Math.min(left, 250));
      await moved;
      clearTimeout(timer);
    } finally {
      off();
    }
  }
}

function isOpened(event: { type: string }): event is RecordedEventOf<'PullRequestOpened'> {
  return event.type === 'PullRequestOpened';
}
