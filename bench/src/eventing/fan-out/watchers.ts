import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { SLOTS } from './mark.ts';

export type Ask =
  | { kind: 'open'; port: number; path: string; headers: Record<string, string>[]; clients: number }
  /** Tell when so many events in all have come. */
  | { kind: 'await'; frames: number }
  | { kind: 'report'; reset: boolean }
  | { kind: 'close' };

export type Report =
  | { kind: 'opened' }
  | { kind: 'reached' }
  | { kind: 'failed'; reason: string }
  | {
      kind: 'report';
      frames: number;
      repeated: number;
      bytes: number;
      cut: number;
      slots: [slot: number, count: number][];
    };

export interface Watched {
  frames: number;
  /** Events that a reader got although it had them. */
  repeated: number;
  bytes: number;
  /** Streams the server ended. */
  cut: number;
  slots: Float64Array;
}

/** Readers of a stream, spread over a few processes. */
export interface Watchers {
  /** When every reader has got so many events since it was opened. Throws after `timeoutMs`, saying what is missing. */
  reached(perClient: number, timeoutMs: number): Promise<void>;
  /** What was seen since the beginning, with latencies since the last `reset`. */
  report(reset: boolean): Promise<Watched>;
  close(): Promise<void>;
}

export interface Target {
  port: number;
  path: string;
  /** What the nth client sends, repeated when there are more clients. */
  headers: readonly Record<string, string>[];
}

const PROCESSES = 2;

export async function openWatchers({ port, path, headers }: Target, clients: number): Promise<Watchers> {
  const shares = Array.from({ length: PROCESSES }, (_, nth) => Math.floor((clients + nth) / PROCESSES));
  const children = shares.map(() => fork(join(import.meta.dirname, 'watch.ts'), { serialization: 'advanced' }));
  let from = 0;
  await Promise.all(
    children.map((child, nth) => {
      const share = shares[nth] ?? 0;
      const own = Array.from({ length: share }, (_, index) => headers[(from + index) % headers.length] ?? {});
      from += share;
      return ask(child, { kind: 'open', port, path, headers: own, clients: share }, 120_000);
    }),
  );

  async function report(reset: boolean): Promise<Watched> {
    const watched: Watched = { frames: 0, repeated: 0, bytes: 0, cut: 0, slots: new Float64Array(SLOTS) };
    for (const answer of await Promise.all(children.map((child) => ask(child, { kind: 'report', reset }, 10_000)))) {
      if (answer.kind !== 'report') throw new Error(`a reader answered ${answer.kind}`);
      watched.frames += answer.frames;
      watched.repeated += answer.repeated;
      watched.bytes += answer.bytes;
      watched.cut += answer.cut;
      for (const [slot, count] of answer.slots) watched.slots[slot] = (watched.slots[slot] ?? 0) + count;
    }
    return watched;
  }

  return {
    report,
    async reached(perClient, timeoutMs) {
      const all = children.map((child, nth) =>
        ask(child, { kind: 'await', frames: perClient * (shares[nth] ?? 0) }, timeoutMs),
      );
      await Promise.all(all).catch(async (cause: unknown) => {
        await Promise.allSettled(all);
        const { frames, cut } = await report(false);
        const wanted = (perClient * clients).toLocaleString('en');
        const had = `${frames.toLocaleString('en')} of ${wanted} deliveries`;
        throw new Error(`${had} after ${timeoutMs / 1_000} s, ${cut} streams were cut`, { cause });
      });
    },
    async close() {
      await Promise.all(
        children.map(async (child) => {
          const ended = once(child, 'exit');
          child.send({ kind: 'close' } satisfies Ask);
          await ended;
        }),
      );
    },
  };
}

async function ask(child: ChildProcess, question: Ask, timeoutMs: number): Promise<Report> {
  const answered = once(child, 'message', { signal: AbortSignal.timeout(timeoutMs) }) as Promise<[Report]>;
  child.send(question);
  const [report] = await answered.catch((cause: unknown) => {
    throw new Error(`${question.kind}: no answer of its readers after ${timeoutMs / 1_000} s`, { cause });
  });
  if (report.kind === 'failed') throw new Error(report.reason);
  return report;
}
