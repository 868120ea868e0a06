/** A rebuild as it was seen at one moment. */
export interface Sample {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly build: number;
  readonly position: number;
}

export interface Progress {
  /** From 0 to 1. */
  readonly share: number;
  /** Events per second over what was seen of it; null before there is anything to measure. */
  readonly perSecond: number | null;
  /** Milliseconds; null while that cannot be said. */
  readonly leftMs: number | null;
  /** It has not moved for long, and little is left to say but that. */
  readonly stands: boolean;
}

const KEPT = 12;
const STANDS_MS = 5_000;

/** The samples with one more; another build starts over. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  return [...samples.filter(({ build }) => build === sample.build), sample].slice(-KEPT);
}

/** How far a rebuild is and how long it takes, by how fast it was in the last seconds. */
export function progressOf(samples: readonly Sample[], head: number): Progress {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return { share: 0, perSecond: null, leftMs: null, stands: false };
  const share = head === 0 ? 1 : Math.min(last.position / head, 1);
  const left = Math.max(head - last.position, 0);
  const arrived = samples.find(({ position }) => position === last.position) ?? last;
  const stands = left > 0 && last.at - arrived.at >= STANDS_MS;
  const seconds = (last.at - first.at) / 1000;
  const perSecond = seconds > 0 && last.position > first.position ? (last.position - first.position) / seconds : null;
  return { share, perSecond, leftMs: stands || perSecond === null ? null : (left / perSecond) * 1000, stands };
}
