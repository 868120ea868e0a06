import type { Job as BullJob } from 'bullmq';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Job, JobHandler, JobQueue, JobRequest, JobWorker, ParkedJob, WorkOptions } from '../jobs.ts';
import { JOB_DEFAULTS } from '../jobs.ts';
import type { Logger } from '../log.ts';

/** What lies in Redis: the id as its owner knows it, and the data. */
interface Stored {
  id: string;
  data: unknown;
}

const PREFIX = 'codex';
const PARKED_KEPT_SECONDS = 30 * 86_400;
const DONE_KEPT = { age: JOB_DEFAULTS.doneKeptMs / 1000, count: 10_000 };
/** A worker that was killed loses its job after this time, and another takes it. */
const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;
/** Being killed is not the job's fault; only a job that kills its worker every time is given up on. */
const MAX_STALLED = 10;

/** The queue of a team: shared by every manager through Redis. */
export function createBullmqJobs({ url, log }: { url: string; log: Logger }): JobQueue {
  // Workers wait on their connection for ever; everything else gives up and lets its caller decide.
  const workerConnection = connect(url, null, log);
  const connection = connect(url, 3, log);
  const queues = new Map<string, Queue<Stored>>();
  const workers = new Set<Worker<Stored>>();

  function queueOf(name: string): Queue<Stored> {
    const known = queues.get(name);
    if (known !== undefined) return known;
    const queue = new Queue<Stored>(name, { connection, prefix: PREFIX });
    queue.on('error', (error) => log.warn({ err: error, queue: name }, 'job queue not reachable'));
    queues.set(name, queue);
    return queue;
  }

  async function enqueue(request: JobRequest): Promise<void> {
    const { queue, name, jobId, data, priority, delayMs, attempts } = { ...JOB_DEFAULTS, ...request };
    await queueOf(queue).add(
      name,
      { id: jobId, data },
      {
        jobId: redisId(jobId),
        priority: Math.max(1, priority),
        delay: delayMs,
        attempts,
        backoff: { type: 'custom' },
        removeOnComplete: DONE_KEPT,
        removeOnFail: { age: PARKED_KEPT_SECONDS },
      },
    );
  }

  function work(name: string, handler: JobHandler, options: WorkOptions): JobWorker {
    const retryDelayMs = options.retryDelayMs ?? JOB_DEFAULTS.retryDelayMs;
    const worker = new Worker<Stored>(name, async (job) => handler(plain(job)), {
      connection: workerConnection,
      prefix: PREFIX,
      concurrency: options.concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: MAX_STALLED,
      settings: { backoffStrategy: (attemptsMade) => retryDelayMs * 2 ** (attemptsMade - 1) },
    });
    worker.on('error', (error) => log.warn({ err: error, queue: name }, 'job worker has trouble'));
    worker.on('failed', (job, error) => {
      if (job?.finishedOn === undefined) return;
      options
        .onParked?.({ ...plain(job), attempt: job.attemptsMade, reason: error.message })
        .catch((cause: unknown) => {
          log.error({ err: cause, queue: name, jobId: job.data.id }, 'a parked job could not be announced');
        });
    });
    workers.add(worker);
    return {
      async stop() {
        workers.delete(worker);
        await worker.close();
      },
    };
  }

  async function parked(name: string): Promise<ParkedJob[]> {
    const jobs = await queueOf(name).getFailed();
    return jobs.map((job) => ({ ...plain(job), attempt: job.attemptsMade, reason: job.failedReason }));
  }

  async function retry(name: string, jobId: string): Promise<boolean> {
    const job = await queueOf(name).getJob(redisId(jobId));
    if (job === undefined || !(await job.isFailed())) return false;
    await job.retry('failed', { resetAttemptsMade: true });
    return true;
  }

  async function depth(name: string): Promise<{ waiting: number; active: number }> {
    const counts = await queueOf(name).getJobCounts('waiting', 'prioritized', 'delayed', 'active');
    const of = (state: string) => counts[state] ?? 0;
    return { waiting: of('waiting') + of('prioritized') + of('delayed'), active: of('active') };
  }

  async function close(): Promise<void> {
    await Promise.all([...workers].map((worker) => worker.close()));
    await Promise.all([...queues.values()].map((queue) => queue.close()));
    workerConnection.disconnect();
    connection.disconnect();
  }

  return { enqueue, work, parked, retry, depth, close };
}

function connect(url: string, maxRetriesPerRequest: number | null, log: Logger): Redis {
  const redis = new Redis(url, { maxRetriesPerRequest });
  redis.on('error', (error) => log.warn({ err: error }, 'redis connection broke'));
  return redis;
}

/** BullMQ refuses ids with a colon and ids that look like numbers. */
function redisId(jobId: string): string {
  return `j-${encodeURIComponent(jobId)}`;
}

function plain(job: BullJob<Stored>): Job {
  return { id: job.data.id, name: job.name, data: job.data.data, attempt: job.attemptsMade + 1 };
}
