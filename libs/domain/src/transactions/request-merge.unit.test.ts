import type { PullRequestEvent } from '@claude-codex/contracts/events';
import { streamOf } from '@claude-codex/contracts/ids';
import type { Load } from '@claude-codex/eventing/handle-command';
import { expect, it } from 'vitest';
import { evolvePullRequest, initialPullRequest } from '../pull-request/index.ts';
import { created, queued, REPOSITORY, TASK } from '../spec/samples.ts';
import { evolveTask, initialTask } from '../task/index.ts';
import { requestMerge, requestPublish } from './request-merge.ts';

const ID = 'p';
const opened: PullRequestEvent = {
  type: 'PullRequestOpened',
  data: {
    ...{ taskId: TASK, repositoryId: REPOSITORY, provider: 'github', number: null, url: null, branch: 'b' },
    ...{ baseBranch: 'main', headSha: 'h', title: 'T', body: '', draft: false },
  },
};
const cancelled = { type: 'TaskCancelled' as const, data: { reason: '' } };

/** A pull request that does not stand at its forge yet, of a task whose check nobody has seen pass. */
function publishing(...more: (typeof cancelled)[]): Load {
  const states: Record<string, unknown> = {
    [streamOf('pullrequest', ID)]: [opened].reduce(evolvePullRequest, initialPullRequest),
    [streamOf('task', TASK)]: [created, queued, ...more].reduce(evolveTask, initialTask),
    [streamOf('repository', REPOSITORY)]: { status: 'connected', requireGreen: true },
  };
  return (async (stream: string) => ({ state: states[stream] ?? { status: 'none' }, version: 1 })) as unknown as Load;
}

const wish = { pullRequestId: ID, strategy: 'squash' as const };

it('is held to the rules of merging before it stands at its forge, too', async () => {
  await expect(requestMerge(publishing(), wish)).rejects.toMatchObject({ code: 'CHECK_NOT_GREEN' });
  await expect(requestMerge(publishing(cancelled), wish)).rejects.toMatchObject({ code: 'TASK_ENDED' });
});

it('is not published again for a task that ended', async () => {
  await expect(requestPublish(publishing(cancelled), { pullRequestId: ID })).rejects.toMatchObject({
    code: 'TASK_ENDED',
  });
});
