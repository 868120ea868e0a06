export interface Place {
  readonly epoch: string;
  readonly position: number;
}

/** Where a stream goes on: the last frame that came, else the position the page was read at. */
export function resumePoint(lastId: string | null, read: Place | null): string | null {
  if (lastId !== null) return lastId;
  return read === null ? null : `${read.epoch}-${read.position}`;
}

/** The place from which a stream misses nothing of either read; null when they are of different histories. */
export function earliest(a: Place, b: Place | null): Place | null {
  if (b === null) return a;
  if (a.epoch !== b.epoch) return null;
  return { epoch: a.epoch, position: Math.min(a.position, b.position) };
}

/** The id of a frame (`<epoch>-<position>`) as a place; null for what is none. */
export function placeOf(id: string | null): Place | null {
  const match = /^(.+)-(\d+)$/.exec(id ?? '');
  return match === null ? null : { epoch: match[1] ?? '', position: Number(match[2]) };
}

/** Milliseconds to wait before attempt n (from 0). Never above one second: a restarted server must be true again at once. */
export function reconnectDelay(attempt: number): number {
  return Math.min(1000, 150 * 2 ** Math.min(attempt, 4));
}

/** A row may replace another when it is not older: frames can overtake a page that was read meanwhile. */
export function supersedes(next: { position: number }, current: { position: number } | undefined): boolean {
  return current === undefined || next.position >= current.position;
}

/**
 * Whether a row that an answer does not hold is gone. One that is newer than the answer came while that was on its way;
 * positions of another history (`epoch`) say nothing.
 */
export function wentBefore(row: { position: number }, answer: Place, epoch: string | null): boolean {
  return answer.epoch !== epoch || row.position <= answer.position;
}
