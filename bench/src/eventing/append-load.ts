import type { AppendRequest, AppendResult } from '@claude-codex/contracts/envelope';
import { newId } from '@claude-codex/service-kit';

/** What one run of a workload gave. Times in milliseconds. */
export interface LoadResult {
  count: number;
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
}

export interface Load {
  callers: number;
  /** Measured time; a fifth of it goes before as warm-up. */
  ms: number;
  /** One unit of work; `sequence` counts the calls of this caller. */
  work: (caller: number, sequence: number) => Promise<void>;
}

const EVENTS_PER_STREAM = 20;

/** Callers that each wait for the answer before they ask again. */
export async function runLoad({ callers, ms, work }: Load): Promise<LoadResult> {
  const begin = performance.now() + ms / 5;
  const end = begin + ms;
  const times: number[] = [];
  async function caller(index: number): Promise<void> {
    for (let sequence = 0; ; sequence += 1) {
      const started = performance.now();
      if (started >= end) return;
      await work(index, sequence);
      const finished = performance.now();
      if (started >= begin && finished <= end) times.push(finished - started);
    }
  }
  await Promise.all(Array.from({ length: callers }, (_, index) => caller(index)));
  times.sort((a, b) => a - b);
  return { count: times.length, perSecond: (times.length / ms) * 1_000, ...percentiles(times) };
}

export function percentiles(sorted: readonly number[]): Pick<LoadResult, 'p50' | 'p95' | 'p99'> {
  const at = (share: number) => sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** About 400 bytes, as a typical event of ours. */
export const PAYLOAD = {
  taskId: '01jd8q3v5x9m2n7p4r6s8t0w1y',
  title: 'Retry the upload when the network comes back',
  description: 'The upload stops for good after one failed part; it should go on with the part that failed. '.repeat(2),
  priority: 3,
  labels: ['upload', 'network'],
};

/** One event per append, version checked, `EVENTS_PER_STREAM` events per stream: the same work every peer is given. */
export function appendWork(append: (request: AppendRequest) => Promise<AppendResult>): Load['work'] {
  const run = newId();
  return async (caller, sequence) => {
    const result = await append({
      commandId: newId(),
      meta: {
        actor: { kind: 'person', id: '01jd8q3v5x9m2n7p4r6s8t0w1y' },
        causedBy: null,
        correlationId: `${run}-${caller}`,
        causationId: null,
        workspaceId: '01jd8q3v5x9m2n7p4r6s8t0w1z',
      },
      writes: [
        {
          stream: `task-${run}-${caller}-${Math.floor(sequence / EVENTS_PER_STREAM)}`,
          expectedVersion: sequence % EVENTS_PER_STREAM,
          events: [{ type: 'Measured', data: { ...PAYLOAD, sequence } }],
        },
      ],
    });
    if (result.status !== 'appended') throw new Error(`append answered ${result.status}`);
  };
}
