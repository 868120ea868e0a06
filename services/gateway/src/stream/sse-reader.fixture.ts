/** One dispatched server-sent event. */
export interface Received {
  event: string;
  data: unknown;
  /** The resume point after it. */
  id: string | null;
}

/** Reads a stream as a browser does: `lastEventId` moves with every id, also of frames without data. */
export class SseReader {
  lastEventId: string | null = null;
  readonly received: Received[] = [];
  status = 0;
  #abort = new AbortController();
  #buffer = '';

  /** Ends when the server ends it, `cut` was called, or `until` says so after a dispatched event. */
  async read(url: string, headers: Record<string, string>, until: (received: Received) => boolean = () => false) {
    this.#abort = new AbortController();
    this.#buffer = '';
    this.status = 0;
    const resume = this.lastEventId === null ? {} : { 'last-event-id': this.lastEventId };
    try {
      const response = await fetch(url, { headers: { ...headers, ...resume }, signal: this.#abort.signal });
      this.status = response.status;
      if (response.body === null || response.status !== 200) return;
      const decoder = new TextDecoder();
      for await (const chunk of response.body) {
        if (this.#take(decoder.decode(chunk as Uint8Array, { stream: true }), until)) this.#abort.abort();
      }
    } catch (error) {
      if (!this.#abort.signal.aborted && !(error instanceof TypeError)) throw error;
    }
  }

  cut(): void {
    this.#abort.abort();
  }

  #take(text: string, until: (received: Received) => boolean): boolean {
    this.#buffer += text;
    for (let end = this.#buffer.indexOf('\n\n'); end >= 0; end = this.#buffer.indexOf('\n\n')) {
      const block = this.#buffer.slice(0, end);
      this.#buffer = this.#buffer.slice(end + 2);
      const fields = new Map(
        block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      const id = fields.get('id');
      if (id !== undefined) this.lastEventId = id;
      const data = fields.get('data');
      if (data === undefined) continue;
      const received = { event: fields.get('event') ?? 'message', data: JSON.parse(data), id: this.lastEventId };
      this.received.push(received);
      if (until(received)) return true;
    }
    return false;
  }
}
