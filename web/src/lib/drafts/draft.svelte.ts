import { browser } from '$app/env';
import { drafts } from './drafts.ts';

/**
 * The words of one field, kept as they are typed. `place` may change while the field stays (another document, another
 * task): the field then shows what belongs there.
 */
export class Draft {
  readonly #place: () => string;
  readonly #typed = $state<{ place: string; text: string }>({ place: '', text: '' });

  constructor(place: () => string) {
    this.#place = place;
  }

  get text(): string {
    const place = this.#place();
    if (this.#typed.place === place) return this.#typed.text;
    return browser ? drafts.read(place) : '';
  }

  set text(text: string) {
    const place = this.#place();
    this.#typed.place = place;
    this.#typed.text = text;
    if (browser) drafts.write(place, text);
  }

  /** Sent, or thrown away on purpose. */
  clear(): void {
    this.text = '';
  }
}
