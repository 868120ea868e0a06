/** A browser's side of a stream: reconnects with the last id whenever it is cut, until `stop`. */
export interface SseClient {
  /** The last id seen. */
  lastId(): string | null;
  connections(): number;
  stop(): Promise<void>;
}

export interface SseFrame {
  event: string;
  /** Undefined in a frame that moves the resume point and nothing else. */
  data: unknown;
  id: string | null;
}

export function openSse(url: string, headers: Record<string, string>, onFrame: (frame: SseFrame) => void): SseClient {
  const stopping = new AbortController();
  let lastId: string | null = null;
  let connections = 0;

  function take(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    const id = fields.get('id') ?? null;
    lastId = id ?? lastId;
    const data = fields.get('data');
    if (data === undefined && id === null) return;
    onFrame({ event: fields.get('event') ?? 'message', data: data === undefined ? undefined : JSON.parse(data), id });
  }

  async function connect(): Promise<void> {
    const resume = lastId === null ? {} : { 'last-event-id': lastId };
    // A frozen gateway keeps the connection and says nothing: heartbeats come every few seconds.
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), 20_000);
    try {
      const signal = AbortSignal.any([stopping.signal, silence.signal]);
      const response = await fetch(url, { headers: { ...headers, ...resume }, signal });
      if (response.status !== 200 || response.body === null) return;
      connections += 1;
      let buffer = '';
      const decoder = new TextDecoder();
      for await (const chunk of response.body) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), 20_000);
        const blocks = (buffer + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n\n');
        buffer = blocks.pop() ?? '';
        for (const block of blocks) take(block);
      }
    } catch {
      // Cut: what was missed comes with the next connection, by the last id.
    } finally {
      clearTimeout(timer);
    }
  }

  const running = (async () => {
    while (!stopping.signal.aborted) {
      await connect();
      if (!stopping.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();

  return {
    lastId: () => lastId,
    connections: () => connections,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
