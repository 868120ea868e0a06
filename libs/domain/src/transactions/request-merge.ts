import { streamOf } from '@claude-codex/contracts/ids';
import type { MergeStrategy } from '@claude-codex/contracts/pull-request/events';
import type { Load, StreamWrite } from '@claude-codex/eventing/handle-command';
import { decidePullRequest, isUpdated, pullRequestDecider } from '../pull-request/index.ts';
import { refuse } from '../refuse.ts';
import { allowedMethod, checkOf, livingTask, requireGreen } from './merge-rules.ts';

/** Asks for the merge of a pull request whose task is alive and may be merged. */
export async function requestMerge(
  load: Load,
  {
    pullRequestId,
    strategy: wished,
    headSha,
  }: { pullRequestId: string; strategy?: MergeStrategy | undefined; headSha?: string | undefined },
): Promise<StreamWrite[]> {
  const stream = streamOf('pullrequest', pullRequestId);
  const { state } = await load(stream, pullRequestDecider);
  if (state.status === 'none') return refuse('PULL_REQUEST_NOT_FOUND');
  const strategy = await allowedMethod(load, state.repositoryId, wished);
  const events = decidePullRequest({ type: 'RequestMerge', strategy, headSha }, state);
  const task = await livingTask(load, state.taskId);
  // What our own merge of the base made was looked at by no check.
  await requireGreen(load, task, isUpdated(state) ? 'not_run' : checkOf(task));
  return [{ stream, events }];
}

/** Asks for a change whose task is alive to be published again. */
export async function requestPublish(load: Load, { pullRequestId }: { pullRequestId: string }): Promise<StreamWrite[]> {
  const stream = streamOf('pullrequest', pullRequestId);
  const { state } = await load(stream, pullRequestDecider);
  const events = decidePullRequest({ type: 'RequestPublish' }, state);
  if (state.status !== 'none') await livingTask(load, state.taskId);
  return [{ stream, events }];
}

/** Asks for the base to be brought into the branch of a pull request whose task is alive. */
export async function requestUpdate(load: Load, { pullRequestId }: { pullRequestId: string }): Promise<StreamWrite[]> {
  const stream = streamOf('pullrequest', pullRequestId);
  const { state } = await load(stream, pullRequestDecider);
  const events = decidePullRequest({ type: 'RequestUpdate' }, state);
  if (state.status !== 'none') await livingTask(load, state.taskId);
  return [{ stream, events }];
}
