import type { LoggedEvent } from './read-log.ts';

/** What one of the services does because of an event, by itself: exactly once, or at least once where doing it again is harmless. */
const FOLLOW_UPS = [
  { of: 'TaskQueued', is: 'AttemptStarted', times: 'once' },
  { of: 'RepositoryConnected', is: 'RepositoryMirrored', times: 'at least once' },
] as const;

export interface FollowUps {
  /** How many events asked for something. */
  readonly asked: number;
  /** Streams where nothing has come of it, and where it came of it twice. */
  readonly missing: readonly string[];
  readonly doubled: readonly string[];
}

/** Whether the services that act on events have done what the log asks of them. */
export function followUpsIn(log: readonly LoggedEvent[]): FollowUps {
  const missing: string[] = [];
  const doubled: string[] = [];
  let asked = 0;
  for (const { of, is, times } of FOLLOW_UPS) {
    const done = new Map<string, number>();
    for (const { type, stream } of log) if (type === is) done.set(stream, (done.get(stream) ?? 0) + 1);
    for (const { type, stream } of log) {
      if (type !== of) continue;
      asked += 1;
      const count = done.get(stream) ?? 0;
      if (count === 0) missing.push(`${stream}: ${of} without ${is}`);
      if (count > 1 && times === 'once') doubled.push(`${stream}: ${count} × ${is}`);
    }
  }
  return { asked, missing, doubled };
}
