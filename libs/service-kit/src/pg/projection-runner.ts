import { type Clock, createWake, type Log, type Projection, type SchemaRegistry } from '@claude-codex/eventing';
import type pg from 'pg';
import type { Bus } from '../bus.ts';
import { createHeadWatcher, type HeadWatcher } from '../head-watcher.ts';
import { readHead } from './head.ts';
import { createBuilder } from './projection-build.ts';
import { registerProjection } from './projection-status.ts';
import { type PgTx, pauseProjection, projectNext, type StepResult } from './projection-step.ts';

export interface ProjectionRunnerOptions {
  pool: pg.Pool;
  projections: readonly Projection<PgTx>[];
  registry: SchemaRegistry;
  bus: Bus;
  clock: Clock;
  log: Log;
  /** Events per transaction. Default 500. */
  batchSize?: number;
}

export interface ProjectionRunner {
  /** Ends after the transactions in hand. */
  stop(): Promise<void>;
}

/** A caught-up projection looks by itself this often; the head watcher wakes it within 100 ms of every append. */
const IDLE_MS = 5_000;
/** How often a projection that another process runs, or that is paused, is asked for again. */
const STANDBY_MS = 1_000;
const RETRY_MS = [100, 400, 1_600];
const UNREACHABLE_MS = 1_000;

/**
 * Keeps read models up with the log, each on its own: one that fails does not hold up the others. Several processes may
 * run the same projections; a row lock lets one of them work at a time.
 */
export function runProjections(options: ProjectionRunnerOptions): ProjectionRunner {
  const stopping = new AbortController();
  const readPosition = async () => (await readHead(options.pool)).position;
  const head = createHeadWatcher({ ...options, readPosition });
  const running = options.projections.flatMap((projection) => [
    keepUp(projection, options, head, stopping.signal),
    build(projection, options, stopping.signal),
  ]);
  return {
    async stop() {
      stopping.abort();
      await head.close();
      await Promise.all(running);
    },
  };
}

async function keepUp(
  projection: Projection<PgTx>,
  options: ProjectionRunnerOptions,
  head: HeadWatcher,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log, batchSize = 500 } = options;
  const name = { projection: projection.name, version: projection.version };
  const step = { ...options, projection };
  const wake = createWake(clock);
  let heard = 0;
  const unsubscribe = head.onHead((position) => {
    heard = position;
    wake.ring();
  });
  let registered = false;
  let limit = batchSize;
  let tries = 0;

  async function afterFailure(failed: Extract<StepResult, { kind: 'failed' }>): Promise<void> {
    const { error, event, count } = failed;
    const delayMs = RETRY_MS[tries];
    if (count > 1) {
      // Halving closes in on the one bad event, and what comes before it is projected on the way.
      limit = Math.floor(count / 2);
      log.warn({ err: error, ...name, from: event.position, count }, 'projection failed; trying a smaller batch');
    } else if (delayMs !== undefined) {
      tries += 1;
      await clock.sleep(delayMs, signal);
    } else {
      await pauseProjection(step, failed);
      log.error({ err: error, ...name, ...event }, 'projection paused at an event it cannot digest');
    }
  }

  async function once(): Promise<void> {
    if (!registered) await registerProjection(options.pool, projection);
    registered = true;
    const result = await projectNext(step, limit);
    if (result.kind === 'failed') return afterFailure(result);
    tries = 0;
    if (result.kind !== 'done') return clock.sleep(STANDBY_MS, signal);
    const { count, position } = result;
    const more = count === limit || position < heard;
    limit = Math.min(limit * 2, batchSize);
    if (count > 0 && more) return;
    // Another look would find nothing and cost as much as one that finds something. What came during the read is in it.
    if (count > 0) wake.forget();
    await wake.wait(IDLE_MS, signal);
  }

  let unreachable = false;
  while (!signal.aborted) {
    try {
      await once();
      if (unreachable) log.info(name, 'projection goes on');
      unreachable = false;
    } catch (error) {
      if (!unreachable)
        log.error({ err: error, ...name }, 'projection cannot read the log or write its rows; will retry');
      unreachable = true;
      await clock.sleep(UNREACHABLE_MS, signal);
    }
  }
  unsubscribe();
}

/** Builds a read model anew whenever somebody asked for it, beside the live one. */
async function build(
  projection: Projection<PgTx>,
  options: ProjectionRunnerOptions,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log } = options;
  const name = { projection: projection.name, version: projection.version };
  const builder = createBuilder({ ...options, projection });
  let reported = false;
  while (!signal.aborted) {
    try {
      const result = await builder.next();
      if (result.kind === 'live') log.info({ ...name, position: result.position }, 'the new read model is live');
      if (result.kind === 'failed' && !reported) {
        // The live one is not touched; the build is tried again until it works or is started anew.
        log.error({ err: result.error, ...name, ...result.event }, 'a new read model cannot digest an event');
      }
      reported = result.kind === 'failed';
      if (result.kind !== 'built') await clock.sleep(STANDBY_MS, signal);
    } catch (error) {
      if (!reported) log.error({ err: error, ...name }, 'building a read model failed; will retry');
      reported = true;
      await clock.sleep(UNREACHABLE_MS, signal);
    }
  }
}
