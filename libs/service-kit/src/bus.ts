/** Messages between services: at most once, nothing kept. What must not be lost is an event, and that is the store's. */
export interface Bus {
  /** Fire and forget. Dropped when nobody listens or while disconnected. */
  publish(subject: string, payload: Uint8Array): void;
  /** `subject` may hold `*` (one token) and end in `>` (one or more). Returns unsubscribe. */
  subscribe(subject: string, listener: (payload: Uint8Array, subject: string) => void): () => void;
  /**
   * One question, one answer. Throws `BusTimeout` (it may have been done all the same), `BusNoResponder` (nobody serves
   * it: not done) or `BusRemoteError` (refused there, with a code).
   */
  request(subject: string, payload: Uint8Array, options: { timeoutMs: number }): Promise<Uint8Array>;
  /**
   * Answers requests. Servers with the same `queue` share the work: each request reaches one of them. A thrown error
   * with a string `code` reaches the asker as `BusRemoteError`; any other as code `INTERNAL`, without its text.
   */
  serve(
    subject: string,
    handler: (payload: Uint8Array) => Promise<Uint8Array>,
    options?: { queue?: string },
  ): () => void;
  status(): 'connected' | 'disconnected';
  close(): Promise<void>;
}

export class BusTimeout extends Error {
  readonly subject: string;

  constructor(subject: string, timeoutMs: number, options?: ErrorOptions) {
    super(`no answer on ${subject} within ${timeoutMs} ms`, options);
    this.name = 'BusTimeout';
    this.subject = subject;
  }
}

export class BusNoResponder extends Error {
  readonly subject: string;

  constructor(subject: string, options?: ErrorOptions) {
    super(`nobody answers on ${subject}`, options);
    this.name = 'BusNoResponder';
    this.subject = subject;
  }
}

/** The other side refused. `detail` is what it chose to tell (JSON data). */
export class BusRemoteError extends Error {
  readonly code: string;
  readonly detail: unknown;

  constructor(code: string, detail: unknown = null) {
    super(`refused by the other side: ${code}`);
    this.name = 'BusRemoteError';
    this.code = code;
    this.detail = detail;
  }
}

/** The form of our own codes, `SUBJECT_STATE`; a driver's (`23505`, `ECONNRESET`, `ERR_…`) are nobody else's business. */
const OWN_CODE = /^(?!ERR_)[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;

/** How an error of a handler crosses the bus: our own with code and details, all others without a word. */
export function refusalOf(error: unknown): { code: string; detail: unknown } {
  if (error instanceof BusRemoteError) return { code: error.code, detail: error.detail };
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string' && OWN_CODE.test(error.code))) {
    return { code: 'INTERNAL', detail: null };
  }
  return { code: error.code, detail: 'details' in error ? error.details : null };
}
