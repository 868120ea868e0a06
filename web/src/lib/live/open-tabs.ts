/** A browser opens six connections to a server for all its tabs: as many may keep one, and the others are for the pages. */
export const STREAMS = 4;
const ANSWERS_MS = 300;

export interface OpenTab {
  readonly id: string;
  readonly shown: boolean;
  /** When somebody looked at it last. */
  readonly shownAt: number;
}
interface Word {
  readonly kind: 'call' | 'here';
  readonly tab: OpenTab;
}

/** Whether a tab gives its stream back: nobody looks at it, and as many as may keep one were looked at since. */
export function givesBack(me: OpenTab, tabs: readonly OpenTab[]): boolean {
  if (me.shown) return false;
  return tabs.filter((tab) => tab.id !== me.id && isBefore(tab, me)).length >= STREAMS;
}

function isBefore(a: OpenTab, b: OpenTab): boolean {
  if (a.shown !== b.shown) return a.shown;
  return a.shownAt === b.shownAt ? a.id < b.id : a.shownAt > b.shownAt;
}

/**
 * The tabs of this browser that keep a stream. Whoever opens one calls the roll; each answers to all, so that all of them
 * decide by the same list, and none has to be told that another was closed or crashed.
 */
export class OpenTabs {
  readonly #channel = new BroadcastChannel('claude-codex-streams');
  readonly #me: () => OpenTab | null;
  readonly #giveBack: () => void;
  #others = new Map<string, OpenTab>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `me` is null while this tab keeps no stream. */
  constructor(me: () => OpenTab | null, giveBack: () => void) {
    this.#me = me;
    this.#giveBack = giveBack;
    this.#channel.onmessage = ({ data }: MessageEvent<Word>) => this.#hear(data);
  }

  callRoll(): void {
    this.#others.clear();
    this.#say('call');
    this.#decideLater();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#channel.close();
  }

  #hear({ kind, tab }: Word): void {
    if (this.#me() === null) return;
    if (kind === 'call') {
      this.#others.clear();
      this.#say('here');
      this.#decideLater();
    }
    this.#others.set(tab.id, tab);
  }

  #say(kind: Word['kind']): void {
    const tab = this.#me();
    if (tab !== null) this.#channel.postMessage({ kind, tab } satisfies Word);
  }

  #decideLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const me = this.#me();
      if (me !== null && givesBack(me, [...this.#others.values()])) this.#giveBack();
    }, ANSWERS_MS);
  }
}
