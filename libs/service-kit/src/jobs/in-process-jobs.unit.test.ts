import { silentLog } from '@claude-codex/testing/silent-log';
import { expect, it } from 'vitest';
import { jobsContract } from '../jobs.contract.ts';
import { DoneIds } from './done-ids.ts';
import { createInProcessJobs } from './in-process-jobs.ts';

jobsContract('in process', async () => {
  const jobs = createInProcessJobs({ log: silentLog });
  return { jobs, close: () => jobs.close() };
});

it('forgets finished ids after an hour', () => {
  const done = new DoneIds();
  done.add('a', 0);
  expect(done.has('a', 3_599_999)).toBe(true);
  expect(done.has('a', 3_600_000)).toBe(false);
});
