/** What Safari calls every key of an input method, the one that ends a composition included, when that is over already. */
const COMPOSED = 229;

/** True while a key belongs to an input method: its Enter chooses a character and sends nothing. */
export function isComposing(event: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean {
  return event.isComposing || event.keyCode === COMPOSED;
}
