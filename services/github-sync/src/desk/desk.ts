import type { Clock } from '@claude-codex/eventing';
import { ForgeAway } from '@claude-codex/forges/remote-forge';
import { createAgenda } from './agenda.ts';
import { createFailures } from './failures.ts';
import { holdBack, type Next, type StepParts, step } from './steps.ts';
import { workThrough } from './work-through.ts';

export interface Desk {
  /** Something happened to them, here or at the forge. */
  wake(pullRequestIds: readonly string[]): void;
  stop(): Promise<void>;
}

/** How going on with a pull request went, or hearing the comments of a repository. */
export interface Looked {
  /** Of the pull request or the repository. */
  readonly id: string;
  /** Ms since 1970, when that was begun. */
  readonly since: number;
  /** Null: it worked. */
  readonly error: unknown;
  /** It is never looked at again. */
  readonly isOver: boolean;
}

export interface DeskParts extends StepParts {
  readonly clock: Clock;
  /** Whether anything is to be done with it still. */
  isFollowed(pullRequestId: string): boolean;
  /** An open pull request is looked at this often, whatever nobody told. */
  readonly pollMs: number;
  onLooked(look: Looked): void;
}

/** GitHub asks not to be asked many things at once. */
const AT_ONCE = 4;
/** What is closed is looked at once for so many looks at what is open. */
const SELDOM = 10;
/** So many times in a row it is no accident. */
const FAULT_AFTER = 3;
const FAULT = { cause: 'forge_failing', detail: 'A fault on our side keeps it from going on at its forge.' } as const;

/**
 * Goes on with every pull request that is not over: level by level from what the log and the forge say, so that nothing
 * depends on an event having been seen. What cannot be done now waits, longer each time, and its task says for what.
 */
export function openDesk(parts: DeskParts): Desk {
  const { clock, log, pollMs } = parts;
  const agenda = createAgenda();
  const failures = createFailures(clock);

  async function goOn(id: string): Promise<void> {
    const since = clock.now();
    try {
      const next = parts.isFollowed(id) ? await step(parts, id) : 'over';
      failures.forget(id);
      plan(id, next);
      parts.onLooked({ id, since, error: null, isOver: next === 'over' });
    } catch (error) {
      parts.onLooked({ id, since, error, isOver: false });
      await postpone(id, error);
    }
  }

  function plan(id: string, next: Next): void {
    if (next === 'again') agenda.now(id);
    else if (next === 'later') agenda.at(id, clock.now() + pollMs);
    else if (next === 'seldom') agenda.at(id, clock.now() + SELDOM * pollMs);
    else agenda.forget(id);
  }

  async function postpone(id: string, error: unknown): Promise<void> {
    const { failed, retryAt } = failures.add(id, error);
    agenda.at(id, retryAt);
    log.warn({ err: error, pullRequestId: id, failed }, 'a pull request could not be gone on with; will retry');
    const held = error instanceof ForgeAway ? { cause: error.why, detail: error.message } : FAULT;
    if (held === FAULT && failed < FAULT_AFTER) return;
    try {
      await holdBack(parts, id, held);
    } catch (failure) {
      log.warn({ err: failure, pullRequestId: id }, 'what a pull request waits for could not be said; will retry');
    }
  }

  const { stop } = workThrough(agenda, { clock, atOnce: AT_ONCE, work: goOn });

  return {
    wake(ids) {
      for (const id of ids) agenda.now(id);
    },
    stop,
  };
}
