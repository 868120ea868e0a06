/** Whoever does not type for so long has seen that the field is gone. */
const PAUSE_MS = 1_500;

interface Key {
  readonly key: string;
  readonly timeStamp: number;
}

/**
 * Somebody types an answer, somebody else is faster, and the field goes away: the next keys of the word would be shortcuts
 * of the page, open another task or answer another question. They are nobody's until there is a pause.
 */
export class InterruptedTyping {
  #field: { readonly isConnected: boolean } | null = null;
  #at = 0;

  /** Whether this key was meant for a field that is gone. `field` is the one that has the key, if any. */
  isMeantForGone(event: Key, field: { readonly isConnected: boolean } | null): boolean {
    const isGoingOn = event.timeStamp - this.#at < PAUSE_MS;
    if (field !== null) {
      // Who sends or leaves makes the field go away and means the page with the next key.
      this.#field = event.key === 'Enter' || event.key === 'Escape' || event.key === 'Tab' ? null : field;
    } else if (!isGoingOn || this.#field?.isConnected !== false || event.key === 'Tab') this.#field = null;
    this.#at = event.timeStamp;
    return field === null && this.#field !== null;
  }

  /** A press of the mouse or a finger: whatever comes next is meant. */
  forget(): void {
    this.#field = null;
  }
}
