import { idOf, parseStreamId } from '@claude-codex/contracts';
import { waitFor } from '@claude-codex/testing';
import { openSse } from '../system/sse-client.ts';
import type { System } from '../system/system.ts';
import type { LoggedEvent } from './read-log.ts';

export interface ViewerVerdict {
  connections: number;
  resets: number;
  events: number;
  /** Events of its task that it should have got and did not. */
  missed: number;
  /** Ids that did not rise: an event twice, or out of order. */
  repeated: number;
  /** What was shown as an event of the task and is none, or another one. */
  foreign: number;
}

/** A browser on the page of one task. */
export interface Viewer {
  /** Waits until its stream has passed the last event of the log, then compares what it saw with the log. */
  judge(log: readonly LoggedEvent[]): Promise<ViewerVerdict>;
}

/** From a hello or a reset on, up to where the stream said it is: in between, every event must have come. */
interface Stretch {
  from: number;
  upTo: number;
  seen: Map<number, string>;
}

export function watchTask({ address, headers }: System, stream: string): Viewer {
  const stretches: Stretch[] = [];
  let resets = 0;
  let repeated = 0;
  const client = openSse(`${address}/api/tasks/${idOf(stream)}/stream`, headers, ({ event, data, id }) => {
    // An event comes under up to three names, and its id with the last: from then on a cut does not repeat it.
    const position = parseStreamId(id ?? '')?.position;
    if (position === undefined) return;
    const current = stretches.at(-1);
    if (event === 'reset') resets += 1;
    if (event === 'reset' || current === undefined) {
      // What a page loads anew reaches up to here.
      stretches.push({ from: position, upTo: position, seen: new Map() });
      return;
    }
    if (position < current.upTo) repeated += 1;
    if (data !== undefined && event !== 'hello') {
      if (position === current.upTo) repeated += 1;
      current.seen.set(position, event);
    }
    current.upTo = Math.max(current.upTo, position);
  });

  return {
    async judge(log) {
      const own = log.filter((event) => event.stream === stream);
      const last = own.at(-1)?.position ?? 0;
      await waitFor('a viewer to pass the last event', () => (stretches.at(-1)?.upTo ?? 0) >= last, {
        timeoutMs: 60_000,
      });
      await client.stop();
      const types = new Map(own.map(({ position, type }) => [position, type]));
      let missed = 0;
      let foreign = 0;
      for (const { from, upTo, seen } of stretches) {
        missed += own.filter(({ position }) => position > from && position <= upTo && !seen.has(position)).length;
        for (const [position, type] of seen) if (types.get(position) !== type) foreign += 1;
      }
      const events = stretches.reduce((sum, { seen }) => sum + seen.size, 0);
      return { connections: client.connections(), resets, events, missed, repeated, foreign };
    },
  };
}
