import type { PullRequestEvent } from '@claude-codex/contracts/events';
import { streamOf } from '@claude-codex/contracts/ids';
import type { ForgeVerdict } from '@claude-codex/contracts/pull-request/events';
import { expect, it } from 'vitest';
import { loadOf } from '../spec/load-of.ts';
import {
  approved,
  attemptStarted,
  CODER,
  changes,
  createdOf,
  developed,
  opened,
  queued,
  REVIEW,
  started,
  TASK,
} from '../spec/samples.ts';
import { sendBack } from './send-back.ts';

const ID = 'p';
const NEW_HEAD = 'c'.repeat(40);
const published: PullRequestEvent = { type: 'PullRequestPublished', data: { number: 7, url: '' } };
const updated: PullRequestEvent = { type: 'PullRequestUpdated', data: { headSha: NEW_HEAD, changes } };
/** What its forge says of a commit, where one check failed whatever the others do. */
const failed = (headSha: string, verdict: ForgeVerdict = 'failed'): PullRequestEvent => {
  const checks = [{ name: 'ci / test', verdict: 'failed' as const, url: null, report: null }];
  return { type: 'PullRequestChecked', data: { headSha, verdict, checks } };
};

/** Approved work whose own check passed is sent back without a word: why, and what the agent is told. */
async function sentBack(...events: PullRequestEvent[]): Promise<unknown> {
  const work = [createdOf(), queued, started, attemptStarted(), developed({ exitCode: 0 })];
  const load = loadOf({
    [streamOf('pullrequest', ID)]: [opened('github'), published, ...events],
    [streamOf('task', TASK)]: [...work, approved('develop', REVIEW, CODER)],
  });
  const [task] = await sendBack(load, { pullRequestId: ID, text: '' });
  return task?.events[0]?.data;
}

const WITHOUT_WORDS = { reason: 'person', detail: '' };
const TOLD = { reason: 'check', detail: expect.stringContaining('ci / test') };

it('tells of the checks that failed at its forge', async () => {
  expect(await sentBack(failed(changes.headSha))).toMatchObject(TOLD);
});

it('tells nothing of checks that failed for another commit than the one its agent has, nor while others run', async () => {
  expect(await sentBack(failed(NEW_HEAD))).toMatchObject(WITHOUT_WORDS);
  expect(await sentBack(failed(changes.headSha, 'pending'))).toMatchObject(WITHOUT_WORDS);
});

it('is for its check once the base was taken into it, which no check looked at; what failed before is not told', async () => {
  expect(await sentBack(failed(changes.headSha), updated)).toMatchObject({ reason: 'check', detail: '' });
  expect(await sentBack(updated, failed(NEW_HEAD))).toMatchObject(TOLD);
});
