import { idOf, parseStreamId, type RecordedEvent } from '@claude-codex/contracts';
import { waitFor } from '@claude-codex/testing';
import { openSse } from '../system/sse-client.ts';
import type { System } from '../system/system.ts';

/** A browser on the page of one task. */
export interface Viewer {
  /** Waits for the last event of its task, then compares what it saw with the log. */
  judge(
    log: readonly RecordedEvent[],
  ): Promise<{ connections: number; resets: number; missed: number; repeated: number }>;
}

export function watchTask({ address, headers }: System, stream: string): Viewer {
  const seen: number[] = [];
  /** After a reset a page loads everything anew: events up to there come with the page. */
  let loadedUpTo: number | null = null;
  let resets = 0;
  const client = openSse(`${address}/api/tasks/${idOf(stream)}/stream`, headers, ({ event, data, id }) => {
    const { position } = data as { position?: number };
    if (event === 'reset' || loadedUpTo === null) {
      if (event === 'reset') resets += 1;
      loadedUpTo = parseStreamId(id ?? '')?.position ?? position ?? loadedUpTo;
    }
    if (event === 'event' && position !== undefined) seen.push(position);
  });

  return {
    async judge(log) {
      const own = log.filter((event) => event.stream === stream).map(({ position }) => position);
      const last = own.at(-1) ?? 0;
      await waitFor('a viewer to see the last event', () => (seen.at(-1) ?? 0) >= last || resets > 0, {
        timeoutMs: 60_000,
      });
      await client.stop();
      const from = resets > 0 ? (loadedUpTo ?? 0) : (seen[0] ?? 0) - 1;
      const expected = own.filter((position) => position > from);
      const had = new Set(seen);
      const missed = expected.filter((position) => !had.has(position)).length;
      const repeated =
        seen.length - had.size + seen.filter((position, index) => position <= (seen[index - 1] ?? 0)).length;
      return { connections: client.connections(), resets, missed, repeated };
    },
  };
}
