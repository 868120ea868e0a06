import { type RecordedEvent, streamOf } from '@claude-codex/contracts';
import {
  type AttemptState,
  forgeOf,
  instanceDecider,
  leadingAttempt,
  pullRequestDecider,
  repositoryDecider,
  requestMerge,
  reviewDecider,
  type TaskFacts,
  taskDecider,
} from '@claude-codex/domain';
import { handleTransaction } from '@claude-codex/eventing/handle-command';
import { loadState } from '@claude-codex/eventing/load-state';
import { commandIdOf, follow, metaFollowing, unlessRefused } from './commands.ts';
import type { TaskFlowPorts } from './ports.ts';
import { pullRequestIdOf } from './pull-request-ends.ts';

/** Every phase is approved: a task with changes opens a pull request and waits for its merge; one without is complete. */
export async function finishTask(
  ports: TaskFlowPorts,
  event: RecordedEvent,
  taskId: string,
  task: TaskFacts,
): Promise<void> {
  const changed = task.phases
    .filter(({ definition }) => definition.requiresChanges)
    .flatMap((phase) => leadingAttempt(phase) ?? [])
    .findLast(({ headSha }) => headSha !== null);
  if (changed === undefined) {
    await follow(ports, event, {
      step: 'complete-task',
      stream: streamOf('task', taskId),
      decider: taskDecider,
      command: { type: 'CompleteTask', pullRequestId: null },
    });
    return;
  }
  await openPullRequest(ports, event, taskId, task, changed);
}

async function openPullRequest(
  ports: TaskFlowPorts,
  event: RecordedEvent,
  taskId: string,
  task: TaskFacts,
  { instanceId, headSha }: AttemptState,
): Promise<void> {
  if (headSha === null) return;
  const instance = await loadState(ports.store, streamOf('instance', instanceId), instanceDecider);
  if (instance.status === 'none') return;
  const repository = await loadState(ports.store, streamOf('repository', task.repositoryId), repositoryDecider);
  const pullRequestId = pullRequestIdOf(event);
  const { proposal } = instance;
  await follow(ports, event, {
    step: 'open-pull-request',
    stream: streamOf('pullrequest', pullRequestId),
    decider: pullRequestDecider,
    command: {
      type: 'OpenPullRequest',
      taskId,
      repositoryId: task.repositoryId,
      provider: forgeOf(repository),
      branch: instance.branch,
      baseBranch: task.baseBranch,
      headSha,
      title: proposal?.title ?? task.title,
      body: proposal?.body ?? task.description,
      draft: proposal?.draft ?? false,
    },
  });
  await mergeAsWished(ports, event, task, pullRequestId);
}

/** Whoever approved the last gate may have wished to merge along with it. */
async function mergeAsWished(
  ports: TaskFlowPorts,
  event: RecordedEvent,
  task: TaskFacts,
  pullRequestId: string,
): Promise<void> {
  const reviews = task.phases.flatMap((phase) => leadingAttempt(phase)?.reviewId ?? []);
  const reviewId = reviews.at(-1);
  if (reviewId === undefined) return;
  const review = await loadState(ports.store, streamOf('review', reviewId), reviewDecider);
  if (review.status !== 'approved' || review.merge === null) return;
  const { merge: strategy } = review;
  await unlessRefused(ports.log, event, 'request-merge', () =>
    handleTransaction(ports.store, {
      commandId: commandIdOf(event, 'request-merge'),
      meta: metaFollowing(event),
      decide: (load) => requestMerge(load, { pullRequestId, strategy }),
    }),
  );
}
