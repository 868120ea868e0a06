import { browser } from '$app/env';
import { drafts } from './drafts.ts';

const changed = $state({ times: 0 });

/**
 * How often words appeared or went away, in this tab or another one. Read where something is said about words that are
 * kept: storage itself tells nobody.
 */
export function draftChanges(): number {
  return changed.times;
}
if (browser) addEventListener('storage', () => (changed.times += 1));

/**
 * The words of one field, kept as they are typed. `place` may change while the field stays (another document, another
 * task): the field then shows what belongs there.
 */
export class Draft {
  readonly #place: () => string;
  readonly #typed = $state<{ place: string; text: string }>({ place: '', text: '' });
  /** Where the words that are shown belong: what was sent is cleared when the field may be gone already. */
  #shown = '';

  constructor(place: () => string) {
    this.#place = place;
  }

  get text(): string {
    const place = this.#place();
    this.#shown = place;
    if (this.#typed.place === place) return this.#typed.text;
    return browser ? drafts.read(place) : '';
  }

  set text(text: string) {
    this.#keep(this.#place(), text);
  }

  /** Sent, or thrown away on purpose. */
  clear(): void {
    this.#keep(this.#shown, '');
  }

  #keep(place: string, text: string): void {
    this.#shown = place;
    this.#typed.place = place;
    this.#typed.text = text;
    if (!browser) return;
    const had = drafts.read(place) !== '';
    drafts.write(place, text);
    if (had !== (text.trim() !== '')) changed.times += 1;
  }
}
