/** One short step of work. Long runs are owned by a lease, not by a job. */
export interface JobRequest {
  queue: string;
  /** Verb-object, for example `start-instance`. */
  name: string;
  /**
   * Derived from the event that asks for the work. While a job with this id waits, runs, is parked, or was done less
   * than an hour ago, enqueueing it again changes nothing.
   */
  jobId: string;
  /** Plain JSON; never a secret. */
  data: unknown;
  /** Smaller runs first; equal ones in the order they came. Default 100. */
  priority?: number;
  delayMs?: number;
  /** How often it may run before it is parked. Default 5. */
  attempts?: number;
}

export interface Job {
  id: string;
  name: string;
  data: unknown;
  /** Counts from 1. */
  attempt: number;
}

export type JobHandler = (job: Job) => Promise<void>;

/** A job that used up its attempts: kept aside with its reason, so that the others go on. */
export interface ParkedJob extends Job {
  reason: string;
}

export interface WorkOptions {
  concurrency: number;
  /**
   * Called once when a job is parked, so that its owner can say so in an event. When that fails too it is logged: whoever
   * compares the log with what was asked for starts the job over.
   */
  onParked?: (job: ParkedJob) => Promise<void>;
  /** First wait before another attempt; doubles each time. Default 500 ms. */
  retryDelayMs?: number;
}

export interface JobWorker {
  /** Takes no further job and waits for the running ones. */
  stop(): Promise<void>;
}

/** The queue may be wiped at any time: whoever enqueues must be able to do it again from the events. */
export interface JobQueue {
  enqueue(request: JobRequest): Promise<void>;
  work(queue: string, handler: JobHandler, options: WorkOptions): JobWorker;
  parked(queue: string): Promise<ParkedJob[]>;
  /** Starts a parked job over. False when there is none with this id. */
  retry(queue: string, jobId: string): Promise<boolean>;
  /** How many wait (delayed ones included) and run. */
  depth(queue: string): Promise<{ waiting: number; active: number }>;
  close(): Promise<void>;
}

export const JOB_DEFAULTS = { priority: 100, delayMs: 0, attempts: 5, retryDelayMs: 500, doneKeptMs: 3_600_000 };
