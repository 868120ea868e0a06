import { getContext, setContext } from 'svelte';

const KEY = Symbol('card name');

/** Where cards of several tasks stand together, each is named after its task, so that no two of them are the same. */
export function nameCardsAfter(task: () => string): void {
  setContext(KEY, task);
}

/** The name of a card for those who cannot see where it stands. */
export function cardNamer(): (name: string) => string {
  const task = getContext<(() => string) | undefined>(KEY);
  return (name) => (task === undefined ? name : `${name}, ${task()}`);
}
