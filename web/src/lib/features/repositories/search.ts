/** Every question costs some of what may be asked at a forge: a word that is being typed is one question. */
const PAUSE_MS = 250;

export interface Found<Answer> {
  /** To the words that were answered last; it stays while others are asked for, and beside a failure. */
  readonly answer: Answer | null;
  readonly error: unknown;
  readonly asking: boolean;
}

interface Options<Answer> {
  readonly find: (words: string, signal: AbortSignal) => Promise<Answer>;
  /** Called with what is to be shown whenever that changes. */
  readonly show: (found: Found<Answer>) => void;
}

/** Asks for the words typed last; an answer to earlier ones is dropped. */
export class Search<Answer> {
  #words = '';
  #found: Found<Answer> = { answer: null, error: null, asking: false };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #question = new AbortController();
  readonly #find: Options<Answer>['find'];
  readonly #show: Options<Answer>['show'];

  constructor({ find, show }: Options<Answer>) {
    this.#find = find;
    this.#show = show;
  }

  /** Asks after a pause of typing. */
  type(words: string): void {
    this.#words = words.trim();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.ask(), PAUSE_MS);
  }

  /** Asks now, for the words typed last. */
  async ask(): Promise<void> {
    this.stop();
    this.#question = new AbortController();
    const { signal } = this.#question;
    this.#change({ asking: true, error: null });
    try {
      const answer = await this.#find(this.#words, signal);
      if (!signal.aborted) this.#change({ answer, asking: false });
    } catch (error) {
      if (!signal.aborted) this.#change({ error, asking: false });
    }
  }

  /** Nothing is heard any more of what was asked. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#question.abort();
  }

  #change(changes: Partial<Found<Answer>>): void {
    this.#found = { ...this.#found, ...changes };
    this.#show(this.#found);
  }
}
