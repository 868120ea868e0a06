import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Bus } from './bus.ts';
import { requestJson, serveJson } from './bus-json.ts';

/** Work that may take longer than any request lives, asked for again and again until it is done. */
const Working = z.object({ state: z.literal('working') });

/** An answer may come this late on a busy machine without being asked for again for nothing. */
const GRACE_MS = 10_000;
const PATIENCE_MS = 5_000;
/** What is done is kept for whoever asked and has not come back for it. */
const KEPT_MS = 5 * 60_000;

interface Running {
  readonly result: Promise<unknown>;
  settled: boolean;
}

/**
 * Serves work of minutes over a bus whose requests live for seconds: who asks for the same while it runs joins it, and is
 * told to come back. Work is named by its request, so it has to be such that doing it twice does no harm: of several
 * servers with the same `queue` two may do it. Refusals cross as with `serveJson`.
 */
export function serveWork<Schema extends z.ZodType>(
  bus: Bus,
  subject: string,
  schema: Schema,
  work: (body: z.output<Schema>) => Promise<unknown>,
  options: { queue: string; patienceMs?: number },
): () => void {
  const running = new Map<string, Running>();

  function join(body: z.output<Schema>): { key: string; run: Running } {
    const key = createHash('sha256').update(JSON.stringify(body)).digest('hex');
    const known = running.get(key);
    if (known !== undefined) return { key, run: known };
    const result = work(body);
    const run: Running = { result, settled: false };
    running.set(key, run);
    const settle = () => {
      run.settled = true;
      // Nobody may come back for it.
      setTimeout(() => forget(key, run), KEPT_MS).unref();
    };
    result.then(settle, settle);
    return { key, run };
  }

  function forget(key: string, run: Running): void {
    if (running.get(key) === run) running.delete(key);
  }

  return serveJson(
    bus,
    subject,
    schema,
    async (body) => {
      const { key, run } = join(body);
      await Promise.race([run.result.catch(() => undefined), patience(options.patienceMs ?? PATIENCE_MS)]);
      if (!run.settled) return { state: 'working' };
      // Asked for anew it is done anew: what it found may have changed.
      forget(key, run);
      return { state: 'done', value: (await run.result) ?? null };
    },
    { queue: options.queue },
  );
}

function patience(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

export class WorkTakesLong extends Error {
  constructor(subject: string, deadlineMs: number) {
    super(`${subject} is not done after ${deadlineMs} ms; it goes on`);
    this.name = 'WorkTakesLong';
  }
}

/**
 * Asks until the work is done. Throws `BusNoResponder` and `BusTimeout` as any request, `BusRemoteError` for what was
 * refused, and `WorkTakesLong` after the deadline: the work goes on there, and asking again later finds it.
 */
export async function requestWork<Schema extends z.ZodType>(
  bus: Bus,
  subject: string,
  body: unknown,
  schema: Schema,
  { deadlineMs, patienceMs = PATIENCE_MS }: { deadlineMs: number; patienceMs?: number },
): Promise<z.output<Schema>> {
  const answers = z.union([Working, z.object({ state: z.literal('done'), value: z.unknown() })]);
  const until = Date.now() + deadlineMs;
  for (;;) {
    const answer = await requestJson(bus, subject, body, answers, { timeoutMs: patienceMs + GRACE_MS });
    if (answer.state === 'done') return schema.parse(answer.value);
    if (Date.now() >= until) throw new WorkTakesLong(subject, deadlineMs);
  }
}
