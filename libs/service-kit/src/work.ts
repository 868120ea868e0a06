import type { Logger } from './log.ts';

/** What a unit of work may say about itself; the fields end up in its one log line. */
export interface Work {
  set(fields: Record<string, unknown>): void;
}

/**
 * Runs one unit of work (a job, a message, a request to another service) and writes one wide log line for it: what,
 * how long, how it ended, and every field set on the way. An error is logged and thrown on.
 */
export async function runWork<Result>(
  log: Logger,
  name: string,
  fields: Record<string, unknown>,
  run: (work: Work) => Promise<Result>,
): Promise<Result> {
  const from = performance.now();
  const wide: Record<string, unknown> = { work: name, ...fields };
  const durationMs = () => Math.round((performance.now() - from) * 10) / 10;
  try {
    const result = await run({ set: (more) => void Object.assign(wide, more) });
    log.info({ ...wide, ok: true, durationMs: durationMs() }, 'work done');
    return result;
  } catch (error) {
    log.warn({ ...wide, ok: false, durationMs: durationMs(), err: error }, 'work failed');
    throw error;
  }
}
