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
  expect({ shape: UNFINISHED_SHAPE, parts: keptFields(() => new Unfinished(new Set(['local']))) }).toEqual(KEPT);
}, 30_000);
