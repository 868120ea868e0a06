/** Where a stream goes on: the last frame that came, else the position the page was read at. */
export function resumePoint(lastId: string | null, read: { epoch: string; position: number } | null): string | null {
  if (lastId !== null) return lastId;
  return read === null ? null : `${read.epoch}-${read.position}`;
}

/** Milliseconds to wait before attempt n (from 0). Never above one second: a restarted server must be true again at once. */
export function reconnectDelay(attempt: number): number {
  return Math.min(1000, 150 * 2 ** Math.min(attempt, 4));
}

/** A row may replace another when it is not older: frames can overtake a page that was read meanwhile. */
export function supersedes(next: { position: number }, current: { position: number } | undefined): boolean {
  return current === undefined || next.position >= current.position;
}
