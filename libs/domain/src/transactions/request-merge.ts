import { type MergeStrategy, streamOf } from '@claude-codex/contracts';
import type { Load, StreamWrite } from '@claude-codex/eventing/handle-command';
import { decidePullRequest, pullRequestDecider } from '../pull-request/index.ts';
import { mergeableTask } from './merge-rules.ts';

/** Asks for the merge of a pull request whose task is alive and may be merged. */
export async function requestMerge(
  load: Load,
  { pullRequestId, strategy }: { pullRequestId: string; strategy: MergeStrategy },
): Promise<StreamWrite[]> {
  const stream = streamOf('pullrequest', pullRequestId);
  const { state } = await load(stream, pullRequestDecider);
  const events = decidePullRequest({ type: 'RequestMerge', strategy }, state);
  if (state.status !== 'none') await mergeableTask(load, state.taskId);
  return [{ stream, events }];
}
