import type { LoadResult } from './append-load.ts';

/** One line of the report. */
export interface Row {
  workload: string;
  name: string;
  /** Runs in order of measuring; empty: it could not be run, and `note` says why. */
  runs: readonly LoadResult[];
  /** What `perSecond` counts. */
  unit: string;
  /** What one gets for it: order, gap safety, atomicity. A faster store that can lose events is another row. */
  guarantees: string;
  note?: string;
}

/** The run whose rate lies in the middle. */
export function median(runs: readonly LoadResult[]): LoadResult | undefined {
  return runs.toSorted((a, b) => a.perSecond - b.perSecond)[Math.floor(runs.length / 2)];
}
