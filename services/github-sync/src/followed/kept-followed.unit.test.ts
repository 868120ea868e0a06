import { keptFields } from '@claude-codex/testing/kept-fields';
import { expect, it } from 'vitest';
import { FOLLOWED_SHAPE, Followed } from './followed.ts';

/** Whoever has to change this raises `FOLLOWED_SHAPE` in the same commit. */
const KEPT = {
  shape: 8,
  // No made-up history has a repository at a forge: followed.unit.test.ts has.
  parts: {
    ...{ position: '', repositories: '', questions: '', offered: '' },
    pullRequests: 'branch closedAt madeWay number remarks{} repositoryId taskId',
    tasks: 'changedAt issue pullRequestId repositoryId',
    wanted: '{}',
  },
};

it('what is kept of followed pull requests looks as its version says', () => {
  expect({ shape: FOLLOWED_SHAPE, parts: keptFields(() => new Followed('github')) }).toEqual(KEPT);
}, 30_000);
