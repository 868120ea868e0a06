import { waitFor } from '@claude-codex/testing/wait-for';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Job, JobQueue, JobWorker, ParkedJob } from './jobs.ts';

/** What every JobQueue does. */
export function jobsContract(name: string, open: () => Promise<{ jobs: JobQueue; close(): Promise<void> }>): void {
  describe(`jobs: ${name}`, () => {
    let under: Awaited<ReturnType<typeof open>>;
    let jobs: JobQueue;
    let queue: string;
    let used = 0;
    const workers: JobWorker[] = [];

    beforeAll(async () => {
      under = await open();
      jobs = under.jobs;
    });
    beforeEach(() => {
      used += 1;
      queue = `contract-${used}`;
    });
    afterAll(async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      await under.close();
    });

    function enqueue(jobId: string, more: Partial<Parameters<JobQueue['enqueue']>[0]> = {}): Promise<void> {
      return jobs.enqueue({ queue, name: 'start-instance', jobId, data: { jobId }, ...more });
    }

    function collect(options: { concurrency?: number; fail?: (job: Job) => boolean } = {}) {
      const done: Job[] = [];
      const parked: ParkedJob[] = [];
      const worker = jobs.work(
        queue,
        async (job) => {
          if (options.fail?.(job)) throw new Error(`attempt ${job.attempt} failed`);
          done.push(job);
        },
        {
          concurrency: options.concurrency ?? 1,
          retryDelayMs: 5,
          onParked: async (job) => {
            parked.push(job);
          },
        },
      );
      workers.push(worker);
      return { done, parked, worker };
    }

    it('hands a job over as it was enqueued', async () => {
      await enqueue('event:1/start', { data: { nested: [1, 'two', null] } });
      const { done } = collect();
      await waitFor('the job', () => done.length === 1);
      expect(done).toEqual([
        { id: 'event:1/start', name: 'start-instance', data: { nested: [1, 'two', null] }, attempt: 1 },
      ]);
    });

    it('takes an id once: while it waits, and after it was done', async () => {
      await Promise.all([enqueue('a'), enqueue('a'), enqueue('a')]);
      const { done } = collect();
      await waitFor('the job', () => done.length === 1);
      await enqueue('a');
      await enqueue('b');
      await waitFor('the other job', () => done.length === 2);
      expect(done.map((job) => job.id)).toEqual(['a', 'b']);
    });

    it('takes smaller priorities first, and equal ones in order', async () => {
      await enqueue('normal-1');
      await enqueue('normal-2');
      await enqueue('low', { priority: 200 });
      await enqueue('urgent', { priority: 1 });
      expect(await jobs.depth(queue)).toEqual({ waiting: 4, active: 0 });
      const { done } = collect();
      await waitFor('all jobs', () => done.length === 4);
      expect(done.map((job) => job.id)).toEqual(['urgent', 'normal-1', 'normal-2', 'low']);
    });

    it('waits with a delayed job', async () => {
      const from = Date.now();
      await enqueue('later', { delayMs: 200 });
      await enqueue('now');
      const { done } = collect();
      await waitFor('both jobs', () => done.length === 2);
      expect(done.map((job) => job.id)).toEqual(['now', 'later']);
      expect(Date.now() - from).toBeGreaterThanOrEqual(190);
    });

    it('runs a failing job again, then parks it and goes on with the others', async () => {
      const { done, parked } = collect({
        fail: (job) => job.id === 'poison' || (job.id === 'flaky' && job.attempt < 3),
      });
      await enqueue('poison', { attempts: 2 });
      await enqueue('flaky');
      await enqueue('good');
      await waitFor('the good jobs', () => done.length === 2);
      await waitFor('the poison to be parked', () => parked.length === 1);
      expect(done.find((job) => job.id === 'flaky')?.attempt).toBe(3);
      expect(parked).toMatchObject([{ id: 'poison', attempt: 2, reason: 'attempt 2 failed' }]);
      expect(await jobs.parked(queue)).toMatchObject([
        { id: 'poison', data: { jobId: 'poison' }, reason: 'attempt 2 failed' },
      ]);
      await enqueue('poison');
      expect(await jobs.depth(queue)).toEqual({ waiting: 0, active: 0 });
    });

    it('goes on when it cannot be said that a job was parked, and keeps it', async () => {
      const seen: string[] = [];
      const handler = async ({ id }: Job) => {
        seen.push(id);
        if (id === 'poison') throw new Error('failed');
      };
      const onParked = async () => {
        throw new Error('the log takes nothing');
      };
      workers.push(jobs.work(queue, handler, { concurrency: 1, retryDelayMs: 5, onParked }));
      await enqueue('poison', { attempts: 1 });
      await waitFor('the poison to be parked', async () => (await jobs.parked(queue)).length === 1);
      await enqueue('good');
      await waitFor('the good job', () => seen.includes('good'));
      expect(await jobs.retry(queue, 'poison')).toBe(true);
      await waitFor('the poison to run again', () => seen.filter((id) => id === 'poison').length === 2);
    });

    it('starts a parked job over when told to', async () => {
      let broken = true;
      const { done, parked } = collect({ fail: () => broken });
      await enqueue('a', { attempts: 1 });
      await waitFor('the job to be parked', () => parked.length === 1);
      broken = false;
      expect(await jobs.retry(queue, 'a')).toBe(true);
      await waitFor('the job', () => done.length === 1);
      expect(done[0]?.attempt).toBe(1);
      expect(await jobs.retry(queue, 'a')).toBe(false);
      expect(await jobs.retry(queue, 'unknown')).toBe(false);
    });

    it('runs as many at a time as allowed, and waits for them when stopped', async () => {
      let running = 0;
      let most = 0;
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      const worker = jobs.work(
        queue,
        async () => {
          running += 1;
          most = Math.max(most, running);
          await released;
          running -= 1;
        },
        { concurrency: 3 },
      );
      await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => enqueue(id)));
      await waitFor('three to run', () => running === 3);
      expect(await jobs.depth(queue)).toEqual({ waiting: 2, active: 3 });
      const stopped = worker.stop();
      release();
      await stopped;
      expect([running, most]).toEqual([0, 3]);
    });

    it('shares the work between workers', async () => {
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      const ran: string[] = [];
      for (const name of ['x', 'y']) {
        workers.push(
          jobs.work(
            queue,
            async (job) => {
              ran.push(`${name}${job.id}`);
              await released;
            },
            { concurrency: 1 },
          ),
        );
      }
      await enqueue('1');
      await enqueue('2');
      await waitFor('both to run', () => ran.length === 2);
      release();
      expect(new Set(ran.map((entry) => entry[0]))).toEqual(new Set(['x', 'y']));
    });
  });
}
