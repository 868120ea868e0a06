import { OpenAsks, TOO_MANY_ASKS } from '@claude-codex/domain';
import type { EventStore } from '@claude-codex/eventing';
import type { LiveInstance } from './instances.ts';
import { ToolError } from './tool-error.ts';

export interface Asker {
  readonly instanceId: string;
  readonly instance: Pick<LiveInstance, 'since'>;
}

/** Holds the bound on what one agent may have asked people at a time. */
export interface Asking {
  /** Runs `ask` when the agent may have what is on `stream` open. */
  begin(asker: Asker, stream: string, ask: () => Promise<unknown>): Promise<void>;
}

const PAGE = 1_000;

/**
 * Nothing is remembered but what the log says: it is read from where the instance began the first time it asks, and
 * from there on. One ask after the other, so that the bound also holds for calls side by side.
 */
export function createAsking(store: Pick<EventStore, 'readAll'>): Asking {
  let asks = new OpenAsks();
  let from = Number.POSITIVE_INFINITY;
  let position = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function catchUp(since: number): Promise<void> {
    if (since < from) {
      asks = new OpenAsks();
      from = since;
      position = since - 1;
    }
    for (let more = true; more; ) {
      const events = await store.readAll({ after: position, limit: PAGE });
      for (const event of events) asks.apply(event);
      position = events.at(-1)?.position ?? position;
      more = events.length === PAGE;
    }
  }

  return {
    begin({ instanceId, instance }, stream, ask) {
      const mine = last.then(async () => {
        await catchUp(instance.since);
        if (!asks.mayAsk(instanceId, stream))
          throw new ToolError('TOO_MANY_REQUESTS', TOO_MANY_ASKS.what, TOO_MANY_ASKS.remedy);
        await ask();
      });
      last = mine.catch(() => undefined); // told to whoever asked
      return mine;
    },
  };
}
