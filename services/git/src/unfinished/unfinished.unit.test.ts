import { type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import { idFrom } from '@claude-codex/service-kit/ids';
import { createInProcessJobs } from '@claude-codex/service-kit/jobs/in-process-jobs';
import { silentLog } from '@claude-codex/testing/silent-log';
import { expect, it } from 'vitest';
import { Unfinished } from './unfinished.ts';

const AT = Date.parse('2026-01-01T00:00:00Z');
const OVERDUE_MS = 10_000;

const requested = {
  position: 1,
  eventId: idFrom('event'),
  stream: streamOf('pullrequest', idFrom('p')),
  version: 2,
  type: 'PullRequestMergeRequested',
  data: { strategy: 'merge' },
  at: new Date(AT).toISOString(),
} as unknown as RecordedDomainEvent;

it('a merge whose job was lost with the queue is asked for again, once', async () => {
  const unfinished = new Unfinished(new Set());
  unfinished.apply(requested);
  const jobs = createInProcessJobs({ log: silentLog });
  let now = AT + OVERDUE_MS - 1;
  const look = () => unfinished.enqueueLost(jobs, now, OVERDUE_MS);
  await look();
  expect(await jobs.depth('merges')).toEqual({ waiting: 0, active: 0 });

  now += 1;
  await look();
  await look();
  expect(await jobs.depth('merges')).toEqual({ waiting: 1, active: 0 });
  expect(await jobs.depth('repositories')).toEqual({ waiting: 0, active: 0 });
});
