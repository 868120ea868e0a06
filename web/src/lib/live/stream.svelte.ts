import { OpenTabs } from './open-tabs.ts';
import { earliest, placeOf, reconnectDelay, resumePoint } from './resume.ts';

export type LiveState = 'connecting' | 'live' | 'catching_up' | 'offline';
export interface ReadAt {
  readonly epoch: string;
  readonly position: number;
}
interface StreamOptions {
  /** Asked for each connection: what the stream is of may change. */
  readonly url: () => string;
  /**
   * What is called for each frame, by event name; asked for each connection. `hello` and `reset` reach their handler
   * after the stream's own use.
   */
  readonly handlers: () => Readonly<Record<string, (data: unknown) => void>>;
  /** The place in the log the page was read at. */
  readonly readAt: () => ReadAt | null;
  /** The server answers, yet refuses the stream: the person was signed out. */
  readonly onRefused: () => void;
}

const SILENCE_MS = 20_000;
const PROBE_MS = 2000;
/** How often a tab that gave its stream back looks what came meanwhile: its title shows what waits for people. */
const LOOK_AGAIN_MS = 60_000;

/**
 * One EventSource that says the truth about itself: live, catching up, or offline since when. It reconnects by
 * itself within a second, resumes after the last frame, and probes the server when it has been silent for long,
 * because a hung server closes no connection. Where more tabs are open than a browser has connections for, one that
 * nobody looks at gives its stream back until somebody does.
 */
export class LiveStream {
  state = $state<LiveState>('connecting');
  offlineSince = $state<number | null>(null);
  lastEventAt = $state<number | null>(null);

  readonly #options: StreamOptions;
  #source: EventSource | null = null;
  #lastId: string | null = null;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setInterval> | undefined;
  #heardAt = Date.now();
  #closed = false;
  #tabs: OpenTabs | null = null;
  #shownAt = Date.now();
  readonly #id = Math.random().toString(36).slice(2);

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  open(): void {
    this.#closed = false;
    this.#silence = setInterval(() => this.#checkSilence(), 5000);
    window.addEventListener('offline', this.#lost);
    window.addEventListener('online', this.#reconnectNow);
    document.addEventListener('visibilitychange', this.#looked);
    this.#tabs = new OpenTabs(
      () => (this.#source === null ? null : { id: this.#id, shown: !document.hidden, shownAt: this.#shownAt }),
      () => this.#giveBack(),
    );
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#silence);
    window.removeEventListener('offline', this.#lost);
    window.removeEventListener('online', this.#reconnectNow);
    document.removeEventListener('visibilitychange', this.#looked);
    this.#tabs?.close();
    this.#source?.close();
    this.#source = null;
  }

  /** After the pages were read again: forget the old place and go on from the new one. */
  restart(): void {
    this.#lastId = null;
    this.#reconnectNow();
  }

  /** Connects anew, for another address, from the earlier of the last frame and `readAt`. Null: from the last frame. */
  reopen(readAt: ReadAt | null): void {
    const last = placeOf(this.#lastId);
    const from = last === null || readAt === null ? null : earliest(last, readAt);
    if (from !== null) this.#lastId = resumePoint(null, from);
    if (this.state !== 'offline') this.#reconnectNow();
  }

  #connect(): void {
    this.#source?.close();
    const after = resumePoint(this.#lastId, this.#options.readAt());
    const url = this.#options.url();
    const join = url.includes('?') ? '&' : '?';
    const source = new EventSource(after === null ? url : `${url}${join}after=${encodeURIComponent(after)}`);
    this.#source = source;
    source.onopen = () => this.#heard();
    source.onerror = () => this.#lost();
    const handlers = this.#options.handlers();
    for (const name of new Set(['hello', 'reset', 'ping', ...Object.keys(handlers)])) {
      source.addEventListener(name, (event) => this.#receive(name, event as MessageEvent<string>, handlers[name]));
    }
  }

  #receive(name: string, event: MessageEvent<string>, handle?: (data: unknown) => void): void {
    this.#heard();
    if (event.lastEventId !== '' && name !== 'hello') this.#lastId = event.lastEventId;
    if (name === 'ping') return;
    const data: unknown = JSON.parse(event.data);
    if (name === 'hello') {
      this.state = 'live';
      this.#tabs?.callRoll();
    } else this.lastEventAt = Date.now();
    handle?.(data);
  }

  readonly #looked = (): void => {
    this.#shownAt = Date.now();
    if (!document.hidden && this.#source === null && this.state !== 'offline') this.#reconnectNow();
  };

  #giveBack(): void {
    this.#source?.close();
    this.#source = null;
    this.state = 'catching_up';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#reconnectNow, LOOK_AGAIN_MS);
  }

  #heard(): void {
    this.#heardAt = Date.now();
    this.#attempt = 0;
    this.offlineSince = null;
    // The server says hello when the place to go on from is settled; until then rows may be behind.
    if (this.state === 'offline') this.state = 'catching_up';
  }

  readonly #lost = (): void => {
    if (this.#closed) return;
    this.#source?.close();
    this.#source = null;
    if (this.state !== 'offline') {
      this.state = 'offline';
      this.offlineSince = Date.now();
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#retry(), reconnectDelay(this.#attempt++));
  };

  readonly #reconnectNow = (): void => {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#connect();
  };

  async #retry(): Promise<void> {
    const answer = await probe();
    if (this.#closed) return;
    if (answer === 'gone') return this.#lost();
    if (answer === 'refused') return this.#options.onRefused();
    this.#connect();
  }

  #checkSilence(): void {
    if (this.#source === null || this.state === 'offline' || Date.now() - this.#heardAt < SILENCE_MS) return;
    void probe().then((answer) => {
      if (answer === 'gone') this.#lost();
      else this.#heardAt = Date.now();
    });
  }
}

async function probe(): Promise<'there' | 'refused' | 'gone'> {
  try {
    const response = await fetch('/api/session', { signal: AbortSignal.timeout(PROBE_MS), cache: 'no-store' });
    if (!response.ok) return response.status === 401 ? 'refused' : 'gone';
    const session = (await response.json()) as { person: unknown };
    return session.person === null ? 'refused' : 'there';
  } catch (error) {
    // No answer at all, which is the fact this probe is for.
    void error;
    return 'gone';
  }
}
