import type { Log } from '@claude-codex/eventing';
import type { Job, JobHandler, JobQueue, JobRequest, JobWorker, ParkedJob, WorkOptions } from '../jobs.ts';
import { JOB_DEFAULTS } from '../jobs.ts';
import { DoneIds } from './done-ids.ts';

interface Waiting extends Job {
  priority: number;
  attempts: number;
  order: number;
  dueAt: number;
}

interface Queue {
  waiting: Waiting[];
  active: Map<string, Job>;
  parked: Map<string, { job: Waiting; reason: string }>;
  done: DoneIds;
  wake: Set<() => void>;
}

/** The queue of one process. It forgets everything at its end: the reconcilers fill it again from the events. */
export function createInProcessJobs({ log }: { log: Log }): JobQueue {
  const queues = new Map<string, Queue>();
  let order = 0;

  function queueOf(name: string): Queue {
    const known = queues.get(name);
    if (known !== undefined) return known;
    const made = {
      waiting: [],
      active: new Map(),
      parked: new Map(),
      done: new DoneIds(),
      wake: new Set<() => void>(),
    };
    queues.set(name, made);
    return made;
  }

  function add(queue: Queue, job: Waiting): void {
    queue.waiting.push(job);
    queue.waiting.sort((a, b) => a.priority - b.priority || a.order - b.order);
    for (const wake of queue.wake) wake();
  }

  async function enqueue(request: JobRequest): Promise<void> {
    const { priority, delayMs, attempts } = { ...JOB_DEFAULTS, ...request };
    const queue = queueOf(request.queue);
    const { jobId: id, name } = request;
    const known = queue.active.has(id) || queue.parked.has(id) || queue.done.has(id);
    if (known || queue.waiting.some((job) => job.id === id)) return;
    const data: unknown = structuredClone(request.data);
    add(queue, { id, name, data, priority, attempts, attempt: 1, order: order++, dueAt: Date.now() + delayMs });
  }

  function work(name: string, handler: JobHandler, options: WorkOptions): JobWorker {
    return new Worker(queueOf(name), handler, { ...options, log }, add);
  }

  async function parked(name: string): Promise<ParkedJob[]> {
    return [...queueOf(name).parked.values()].map(({ job, reason }) => ({ ...plain(job), reason }));
  }

  async function retry(name: string, jobId: string): Promise<boolean> {
    const queue = queueOf(name);
    const found = queue.parked.get(jobId);
    if (found === undefined) return false;
    queue.parked.delete(jobId);
    add(queue, { ...found.job, attempt: 1, order: order++, dueAt: Date.now() });
    return true;
  }

  async function depth(name: string): Promise<{ waiting: number; active: number }> {
    const queue = queueOf(name);
    return { waiting: queue.waiting.length, active: queue.active.size };
  }

  return { enqueue, work, parked, retry, depth, close: async () => queues.clear() };
}

class Worker implements JobWorker {
  readonly #queue: Queue;
  readonly #handler: JobHandler;
  readonly #options: WorkOptions & { log: Log };
  readonly #add: (queue: Queue, job: Waiting) => void;
  readonly #running = new Set<Promise<void>>();
  readonly #wake = () => this.#next();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(
    queue: Queue,
    handler: JobHandler,
    options: WorkOptions & { log: Log },
    add: (queue: Queue, job: Waiting) => void,
  ) {
    this.#queue = queue;
    this.#handler = handler;
    this.#options = options;
    this.#add = add;
    queue.wake.add(this.#wake);
    this.#next();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#queue.wake.delete(this.#wake);
    clearTimeout(this.#timer);
    await Promise.all(this.#running);
  }

  #next(): void {
    const { waiting, active } = this.#queue;
    while (!this.#stopped && this.#running.size < this.#options.concurrency) {
      const now = Date.now();
      const index = waiting.findIndex((job) => job.dueAt <= now);
      const job = waiting[index];
      if (job === undefined) break;
      waiting.splice(index, 1);
      active.set(job.id, job);
      const run = this.#run(job).finally(() => {
        this.#running.delete(run);
        this.#next();
      });
      this.#running.add(run);
    }
    this.#sleepUntilDue();
  }

  /** Delayed jobs have no one to announce them, so the next due time is slept for. */
  #sleepUntilDue(): void {
    clearTimeout(this.#timer);
    const due = Math.min(...this.#queue.waiting.map((job) => job.dueAt));
    if (this.#stopped || !Number.isFinite(due) || this.#running.size >= this.#options.concurrency) return;
    this.#timer = setTimeout(this.#wake, Math.max(1, Math.min(due - Date.now(), 2 ** 31 - 1)));
    this.#timer.unref();
  }

  async #run(job: Waiting): Promise<void> {
    try {
      await this.#handler(plain(job));
      this.#queue.done.add(job.id);
      this.#queue.active.delete(job.id);
    } catch (error) {
      this.#queue.active.delete(job.id);
      await this.#failed(job, error instanceof Error ? error.message : String(error));
    }
  }

  async #failed(job: Waiting, reason: string): Promise<void> {
    if (job.attempt < job.attempts) {
      const wait = (this.#options.retryDelayMs ?? JOB_DEFAULTS.retryDelayMs) * 2 ** (job.attempt - 1);
      this.#add(this.#queue, { ...job, attempt: job.attempt + 1, dueAt: Date.now() + wait });
      return;
    }
    this.#queue.parked.set(job.id, { job, reason });
    try {
      await this.#options.onParked?.({ ...plain(job), reason });
    } catch (error) {
      this.#options.log.error({ err: error, jobId: job.id }, 'a parked job could not be announced');
    }
  }
}

function plain({ id, name, data, attempt }: Waiting): Job {
  return { id, name, data, attempt };
}
