import { keptFields } from '@claude-codex/testing/kept-fields';
import { expect, it } from 'vitest';
import { UNFINISHED_SHAPE, Unfinished } from './unfinished.ts';

/** Whoever has to change this raises `UNFINISHED_SHAPE` in the same commit. */
const KEPT = {
  shape: 1,
  parts: {
    byStream:
      'at request.attempts request.data.pullRequestId request.data.repositoryId request.data.version request.jobId request.name request.queue',
    elsewhere: '{}',
    position: '',
  },
};

it('what is kept of unfinished work looks as its version says', () => {
  // Every other change is at a forge of another service.
  let opened = 0;
  const forges = { has: () => ++opened % 2 === 0 };
  expect({ shape: UNFINISHED_SHAPE, parts: keptFields(() => new Unfinished(forges)) }).toEqual(KEPT);
}, 30_000);
