import { parseStreamId } from '@claude-codex/contracts/api/stream';
import { Problem } from '@claude-codex/service-kit/http/problem';

/** A place in a history: what the id of a frame says. */
export interface StreamPoint {
  readonly epoch: string;
  readonly position: number;
}

/** Further back than this a page is quicker fetched anew. */
export const MAX_REPLAY = 5_000;

/** The header wins: a browser that reconnects by itself sends it, with an old `?after=` still in the address. */
export function resumePoint(header: string | string[] | undefined, after: string | undefined): StreamPoint | null {
  const given = typeof header === 'string' && header !== '' ? header : after;
  if (given === undefined) return null;
  const parsed = parseStreamId(given);
  if (parsed !== null) return parsed;
  throw new Problem('STREAM_ID_INVALID', {
    detail: 'Last-Event-ID (or ?after=) must be an id this stream gave: <epoch>-<position>.',
    errors: [{ field: 'query.after', code: 'STREAM_ID_INVALID', expected: '<epoch>-<position>' }],
  });
}

/** Whether the log can be continued from `from`. `head` is the store's own position: nobody can have seen beyond it. */
export function canResume(from: StreamPoint, now: StreamPoint, head: number): boolean {
  return (
    from.epoch === now.epoch &&
    now.position - from.position <= MAX_REPLAY &&
    from.position <= Math.max(head, now.position)
  );
}
