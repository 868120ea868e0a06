import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { redisEngine, startTestRedis } from '@claude-codex/testing/redis';
import { describeWith } from '@claude-codex/testing/skips';
import { waitFor } from '@claude-codex/testing/wait-for';
import { expect, it } from 'vitest';
import { jobsContract } from '../jobs.contract.ts';
import type { Job } from '../jobs.ts';
import { createLogger } from '../log.ts';
import { createBullmqJobs } from './bullmq-jobs.ts';

const log = createLogger({ service: 'test', level: 'silent' });

describeWith(redisEngine, 'jobs on Redis', () => {
  jobsContract('BullMQ', async () => {
    const redis = await startTestRedis();
    const jobs = createBullmqJobs({ url: redis.url, log });
    return {
      jobs,
      close: async () => {
        await jobs.close();
        await redis.stop();
      },
    };
  });

  it('gives the job of a worker that was killed to another, as the same attempt', async () => {
    const redis = await startTestRedis();
    const jobs = createBullmqJobs({ url: redis.url, log });
    await jobs.enqueue({ queue: 'killed', name: 'start-instance', jobId: 'a', data: null, attempts: 1 });
    const victim = spawn(process.execPath, [join(import.meta.dirname, 'worker.fixture.ts'), redis.url, 'killed'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(victim.stdout, 'data');
    victim.kill('SIGKILL');
    const done: Job[] = [];
    const worker = jobs.work('killed', async (job) => void done.push(job), { concurrency: 1 });
    await waitFor('the other worker to take it', () => done.length === 1, { timeoutMs: 30_000 });
    expect(done[0]).toMatchObject({ id: 'a', attempt: 1 });
    await worker.stop();
    await jobs.close();
    await redis.stop();
  });

  it('goes on after Redis was wiped: the jobs are enqueued again from the events', async () => {
    const redis = await startTestRedis();
    const jobs = createBullmqJobs({ url: redis.url, log });
    const done: string[] = [];
    const request = (jobId: string) => ({ queue: 'wiped', name: 'start-instance', jobId, data: null });
    await jobs.enqueue(request('lost'));
    await redis.restartEmpty();
    const worker = jobs.work('wiped', async (job) => void done.push(job.id), { concurrency: 1 });
    await jobs.enqueue(request('lost'));
    await jobs.enqueue(request('new'));
    await waitFor('both jobs', () => done.length === 2);
    expect(done).toEqual(['lost', 'new']);
    await worker.stop();
    await jobs.close();
    await redis.stop();
  });
});
