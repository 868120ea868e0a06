import { type Remembered, remembered } from './storage.ts';

/**
 * Words that somebody has typed and not sent yet, one text per place. A place is named by what it belongs to, such as
 * `message:<task>`: whoever comes back to it, by a tab, a reload or the next day, finds them.
 */
export interface Drafts {
  read(place: string): string;
  /** An empty text is no draft. */
  write(place: string, text: string): void;
  /** Places that begin so and hold words, the newest first. */
  under(prefix: string): string[];
}

const PREFIX = 'codex.draft.';
/** What nobody came back to for so long is let go, so that a browser does not fill up over the years. */
const MOST = 200;

export function keepDrafts(storage: Remembered, now: () => number): Drafts {
  function kept(): { place: string; at: number }[] {
    const places = storage.keys().filter((key) => key.startsWith(PREFIX));
    const found = places.map((key) => ({ place: key.slice(PREFIX.length), at: parse(storage.get(key)).at }));
    return found.sort((a, b) => b.at - a.at);
  }

  return {
    read: (place) => parse(storage.get(PREFIX + place)).text,
    write(place, text) {
      if (text.trim() === '') {
        storage.remove(PREFIX + place);
        return;
      }
      storage.set(PREFIX + place, JSON.stringify({ text, at: now() }));
      for (const { place: old } of kept().slice(MOST)) storage.remove(PREFIX + old);
    },
    under: (prefix) =>
      kept()
        .map(({ place }) => place)
        .filter((place) => place.startsWith(prefix)),
  };
}

function parse(stored: string | null): { text: string; at: number } {
  try {
    const { text = '', at = 0 } = JSON.parse(stored ?? '{}') as { text?: unknown; at?: unknown };
    return { text: typeof text === 'string' ? text : '', at: typeof at === 'number' ? at : 0 };
  } catch (error) {
    // Something else wrote there.
    void error;
    return { text: '', at: 0 };
  }
}

export const drafts: Drafts = keepDrafts(remembered, Date.now);
