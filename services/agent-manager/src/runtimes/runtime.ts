import type { CheckPlace, JournalRecord, RuntimeName, WorkerCommand } from '@claude-codex/contracts';
import type { CheckOutcome, CheckSpec } from './check.ts';
import type { Places, WorkerId } from './places.ts';

export interface RuntimeExit {
  /** In words, for people: "out of memory", "the container engine was restarted". */
  readonly reason: string;
  readonly oom: boolean;
  /** null when it is not known or a signal ended it. */
  readonly exitCode: number | null;
}

/** One worker as the runtime knows it, found again by its own label or directory after any restart. */
export interface RuntimeHandle extends WorkerId {
  /** `agent-<instanceId>-<epoch>`, unique per runtime: a second start of the same epoch is refused by it. */
  readonly name: string;
  readonly status: 'running' | 'paused' | 'exited';
  /** Set when `status` is `exited`. */
  readonly exit: RuntimeExit | null;
}

export interface RuntimeConnection {
  /** Resolves when the bytes are on their way; the journal's `ack` says that it was done. Throws `RuntimeGone`. */
  send(command: WorkerCommand): Promise<void>;
  /** Journal records with seq > `afterSeq`, contiguous; ends when the worker has exited and all is read. */
  records(afterSeq: number): AsyncIterable<JournalRecord>;
  readonly exited: Promise<RuntimeExit>;
  /** Lets go of it; the worker goes on. */
  close(): Promise<void>;
}

export interface RuntimeStats {
  readonly memoryBytes: number;
  readonly cpuMs: number;
  readonly processes: number;
}

export interface RuntimeFacts {
  readonly name: RuntimeName;
  readonly available: boolean;
  /** Version, or why it is not available. */
  readonly detail: string;
  /** For people: "Containers (Docker 28.2)". */
  readonly label: string;
  /** True when an agent cannot reach the machine's files, processes and network. */
  readonly isolated: boolean;
  /** What an agent can read here that is not its own, as the end of a sentence; null when isolated. */
  readonly exposure: string | null;
}

/** A program inside a worker, for the terminal. Bytes in and out, no PTY. */
export interface RuntimeExec {
  readonly output: AsyncIterable<Buffer>;
  write(bytes: Uint8Array): void;
  readonly ended: Promise<{ exitCode: number | null }>;
  close(): void;
}

/** Where agents run. Adapters: `process`, `docker`; one contract suite (`runtime.contract.ts`). */
export interface Runtime {
  readonly name: RuntimeName;
  /** Where its workers' files are. */
  readonly places: Places;
  /** False where a manager that stops for good must end its workers: nobody would look after them. */
  readonly outlivesManager: boolean;
  /** A worker that hears nothing for so long ends itself; null where it waits for the next manager. */
  readonly orphanTimeoutMs: number | null;
  /** Where it runs checks. */
  readonly checksIn: CheckPlace;
  info(): Promise<RuntimeFacts>;
  /** In its places, which are prepared. Throws `RuntimeNameTaken` when this epoch was started before. */
  start(worker: WorkerId): Promise<RuntimeHandle>;
  /** Every worker of this manager, also exited ones that were not removed yet. */
  list(): Promise<RuntimeHandle[]>;
  attach(handle: RuntimeHandle): RuntimeConnection;
  /** Asks it to end, ends it by force after `graceMs`. */
  stop(handle: RuntimeHandle, graceMs: number): Promise<void>;
  kill(handle: RuntimeHandle): Promise<void>;
  pause(handle: RuntimeHandle): Promise<void>;
  resume(handle: RuntimeHandle): Promise<void>;
  stats(handle: RuntimeHandle): Promise<RuntimeStats | null>;
  /** Forgets an exited worker and its output. */
  remove(handle: RuntimeHandle): Promise<void>;
  exec(handle: RuntimeHandle, command: readonly string[]): Promise<RuntimeExec>;
  /**
   * Runs a command as the agents' user in a place that no agent was ever in: nothing but the checkout, no network, a
   * home of its own. Leaves nothing running. Rejects when aborted.
   */
  check(spec: CheckSpec, signal: AbortSignal): Promise<CheckOutcome>;
}

export class RuntimeNameTaken extends Error {
  readonly code = 'RUNTIME_NAME_TAKEN';

  constructor(name: string, options?: ErrorOptions) {
    super(`${name} was started before`, options);
    this.name = 'RuntimeNameTaken';
  }
}

/** The worker is not there (any more). */
export class RuntimeGone extends Error {
  readonly code = 'RUNTIME_GONE';

  constructor(name: string, options?: ErrorOptions) {
    super(`${name} is gone`, options);
    this.name = 'RuntimeGone';
  }
}

export function workerName({ instanceId, epoch }: WorkerId): string {
  return `agent-${instanceId}-${epoch}`;
}
