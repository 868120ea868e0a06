import { machineCause } from './known-causes.mjs';
import type { Logger } from './log.ts';
import { OperatorError, reasonOf } from './operator-error.ts';

/** A part of a process that is started and stopped. */
export interface Part {
  name: string;
  start?: () => Promise<unknown> | unknown;
  stop?: () => Promise<unknown> | unknown;
  /** A stop that takes longer is given up on, so that the parts below it still get theirs. Default 10 s. */
  stopTimeoutMs?: number;
}

export interface Lifecycle {
  /**
   * Starts in the given order. When one fails, those already started are stopped and the error is thrown on: with the
   * name of the part, or as it is when it is for the operator.
   */
  start(): Promise<void>;
  /** Stops in reverse order; a failing or hanging stop never keeps the others from stopping. Safe to call twice. */
  stop(): Promise<void>;
}

export function createLifecycle(parts: readonly Part[], log: Logger): Lifecycle {
  const started: Part[] = [];
  let stopping: Promise<void> | null = null;

  async function stopAll(): Promise<void> {
    for (let part = started.pop(); part !== undefined; part = started.pop()) await stopOne(part, log);
  }

  function stop(): Promise<void> {
    stopping ??= stopAll().finally(() => {
      stopping = null;
    });
    return stopping;
  }

  async function start(): Promise<void> {
    for (const part of parts) {
      const from = performance.now();
      try {
        await part.start?.();
      } catch (error) {
        await stop();
        if (error instanceof OperatorError) throw error;
        const words = `${part.name} did not start: ${reasonOf(error)}`;
        throw machineCause(error) === null
          ? new Error(words, { cause: error })
          : new OperatorError(words, { cause: error });
      }
      started.push(part);
      log.debug({ part: part.name, durationMs: since(from) }, 'part started');
    }
  }

  return { start, stop };
}

async function stopOne(part: Part, log: Logger): Promise<void> {
  const from = performance.now();
  const timeoutMs = part.stopTimeoutMs ?? 10_000;
  const { promise: expired, resolve: expire } = Promise.withResolvers<'timeout'>();
  const timer = setTimeout(() => expire('timeout'), timeoutMs);
  try {
    const outcome = await Promise.race([Promise.resolve(part.stop?.()), expired]);
    const fields = { part: part.name, durationMs: since(from) };
    if (outcome === 'timeout') log.error({ ...fields, timeoutMs }, 'part did not stop in time');
    else log.debug(fields, 'part stopped');
  } catch (error) {
    log.error({ part: part.name, err: error }, 'part failed to stop');
  } finally {
    clearTimeout(timer);
  }
}

/** SIGHUP is what a closed terminal sends. */
const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Stops on SIGTERM, SIGINT and SIGHUP; a second signal exits at once with 130, for the person who does not want to wait.
 * Returns a function that takes the handlers away again.
 */
export function stopOnSignal(
  lifecycle: Pick<Lifecycle, 'stop'>,
  log: Logger,
  exit: (code: number) => void = (code) => process.exit(code),
): () => void {
  let signalled = false;
  function onSignal(signal: NodeJS.Signals): void {
    if (signalled) {
      exit(130);
      return;
    }
    signalled = true;
    log.info({ signal }, 'stopping');
    void lifecycle.stop().then(() => exit(0));
  }
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
  return () => {
    for (const signal of STOP_SIGNALS) process.off(signal, onSignal);
  };
}

function since(from: number): number {
  return Math.round(performance.now() - from);
}
