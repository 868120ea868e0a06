import type { RecordedDomainEvent } from '@claude-codex/contracts/events';
import { cleanText, cutText } from '@claude-codex/contracts/text';
import type { Clock } from './clock.ts';
import type { CheckpointStore, EventStore } from './event-store.ts';
import type { Log } from './log.ts';
import { isPoison } from './poison.ts';
import { createWake } from './wake.ts';

/**
 * Turns events into work. Every event arrives at least once and in order, so what `handle` does must be repeatable:
 * command ids derived from the event id. When it throws, the same event is tried again; nothing is ever skipped.
 */
export interface ProcessManager {
  readonly name: string;
  handle(event: RecordedDomainEvent): Promise<void>;
  /**
   * Whether an error says that the event itself cannot be digested, now or later; default `isPoison`. Such an event
   * stops this process manager after a few tries, until somebody resumes it. Any other error is the world's: it is
   * tried for ever, because a database or an engine that is away comes back by itself.
   */
  isPoison?(error: unknown): boolean;
}

export interface ProcessManagerOptions {
  store: EventStore;
  checkpoints: CheckpointStore;
  manager: ProcessManager;
  /** Unique per process: two runners of one name must not look like the same owner. */
  owner: string;
  clock: Clock;
  log: Log;
  /** How long a dead runner keeps the others waiting. Default 10 s. */
  leaseMs?: number;
}

export interface RunningProcessManager {
  /** Ends after the event in hand, saves the checkpoint and gives the lease back. */
  stop(): Promise<void>;
  /** The last position handled here. */
  position(): number;
}

const BATCH = 200;
/** The store rings within 100 ms of every append; this is for the case that a ring was missed. */
const POLL_MS = 1_000;
const RETRY_MS = [100, 500, 2_000, 5_000, 15_000];
/** Tries of one event before it counts as poison. */
const POISON_TRIES = 4;

/** Ends a lease at an event that stays poison: told to the operator, and nothing to try again. */
class Paused extends Error {
  constructor(options: ErrorOptions) {
    super('the process manager is paused', options);
    this.name = 'Paused';
  }
}

/** Runs a process manager for as long as it holds the lease of its name; waits for the lease otherwise. */
export function runProcessManager(options: ProcessManagerOptions): RunningProcessManager {
  const { store, checkpoints, manager, owner, clock, log, leaseMs = 10_000 } = options;
  const stopping = new AbortController();
  const wake = createWake(clock);
  const unsubscribe = store.onHead(wake.ring);
  let position = 0;

  let failing: { event: RecordedDomainEvent; poison: number } | null = null;

  async function run(): Promise<void> {
    let failures = 0;
    let failedAt = -1;
    while (!stopping.signal.aborted) {
      try {
        const lease = await checkpoints.acquire(manager.name, owner, leaseMs);
        if (lease === null) await clock.sleep(leaseMs / 4, stopping.signal);
        else await runLease(lease.epoch, lease.position);
        failures = 0;
      } catch (error) {
        // Waiting for its lease like any other runner, it notices soon when it is resumed.
        if (error instanceof Paused) continue;
        if (position !== failedAt) failures = 0;
        failedAt = position;
        const delayMs = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 0;
        failures += 1;
        log.error(
          { err: error, processManager: manager.name, position, delayMs },
          'process manager failed; will retry',
        );
        await clock.sleep(delayMs, stopping.signal);
      }
    }
  }

  async function runLease(epoch: number, from: number): Promise<void> {
    position = from;
    let saved = from;
    let renewedAt = clock.now();
    log.info({ processManager: manager.name, epoch, position }, 'process manager started');

    let held = true;

    /** False when the lease is lost: whatever is left belongs to the new owner. */
    async function keep(): Promise<boolean> {
      if (!held || clock.now() - renewedAt < leaseMs / 3) return held;
      renewedAt = clock.now();
      held = (await save()) && (await checkpoints.renew(manager.name, owner, epoch, leaseMs));
      return held;
    }

    async function save(): Promise<boolean> {
      if (!held || saved === position) return held;
      const target = position;
      held = await checkpoints.save(manager.name, epoch, target);
      if (held) saved = target;
      return held;
    }

    try {
      while (!stopping.signal.aborted) {
        const events = await store.readAll({ after: position, limit: BATCH });
        for (const event of events) {
          if (stopping.signal.aborted || !(await keep())) break;
          await heldWhile(handled(event, epoch), () => checkpoints.renew(manager.name, owner, epoch, leaseMs));
          position = event.position;
          failing = null;
        }
        // A checkpoint per batch: a crash repeats at most one batch, which `handle` is made for.
        if (!(await save()) || !(await keep())) {
          log.warn({ processManager: manager.name, epoch, position }, 'process manager lost its lease');
          return;
        }
        if (events.length === 0) await wake.wait(POLL_MS, stopping.signal);
      }
    } finally {
      await save();
      await checkpoints.release(manager.name, owner, epoch);
    }
  }

  /** Hands the event over; counts poison, and stops this process manager at an event that stays poison. */
  async function handled(event: RecordedDomainEvent, epoch: number): Promise<void> {
    try {
      await manager.handle(event);
    } catch (error) {
      const poison = manager.isPoison?.(error) ?? isPoison(error);
      const before = failing?.event.eventId === event.eventId ? failing.poison : 0;
      failing = { event, poison: poison ? before + 1 : 0 };
      if (failing.poison < POISON_TRIES) throw error;
      await pause(event, epoch, error);
      throw new Paused({ cause: error });
    }
  }

  async function pause(
    { position: at, eventId, type }: RecordedDomainEvent,
    epoch: number,
    error: unknown,
  ): Promise<void> {
    const message = cutText(cleanText(error instanceof Error ? error.message : String(error)), 500);
    await checkpoints.save(manager.name, epoch, position);
    await checkpoints.pause(manager.name, epoch, { position: at, eventId, type, message });
    failing = null;
    log.error(
      { err: error, processManager: manager.name, position: at, eventId, type },
      'process manager paused at an event it cannot digest; it goes on when it is resumed',
    );
  }

  /** Keeps the lease while one event takes long. A lost lease is noticed before the next event. */
  async function heldWhile(work: Promise<void>, renew: () => Promise<boolean>): Promise<void> {
    const done = new AbortController();
    const renewing = (async () => {
      while (!done.signal.aborted) {
        await clock.sleep(leaseMs / 3, done.signal);
        if (!done.signal.aborted) await renew();
      }
    })().catch((error: unknown) => {
      log.warn({ err: error, processManager: manager.name }, 'lease could not be renewed');
    });
    try {
      await work;
    } finally {
      done.abort();
      await renewing;
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      unsubscribe();
      await running;
    },
    position: () => position,
  };
}
