import type { ServerResponse } from 'node:http';

export interface HeldAnswer {
  /** True once the agent was told that its answer is on the way. */
  readonly begun: boolean;
  /** Keeps the agent waiting from now on: it sees a stream that has begun and pings. */
  begin(): void;
  /** The answer follows: nothing more of ours goes into the stream. */
  stop(): void;
}

const PING = 'event: ping\ndata: {"type": "ping"}\n\n';

/** The head of a streamed answer whose body the provider has not given yet. Pings as the provider itself does. */
export function holdAnswer(response: ServerResponse, everyMs: number): HeldAnswer {
  let timer: NodeJS.Timeout | null = null;
  const stop = (): void => {
    if (timer !== null) clearInterval(timer);
  };
  response.once('close', stop);
  return {
    get begun() {
      return timer !== null;
    },
    begin() {
      if (timer !== null || response.destroyed) return;
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
      response.write(PING);
      timer = setInterval(() => response.write(PING), everyMs);
    },
    stop,
  };
}
