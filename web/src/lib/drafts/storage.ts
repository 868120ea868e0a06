/**
 * What this browser remembers for a person. Storage may be blocked (a setting, a private window, an embedded page), full
 * or written to by something else: then it is remembered until the page is left, and nothing fails.
 */
export interface Remembered {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): string[];
}

export function remembering(open: () => Storage): Remembered {
  const here = new Map<string, string>();

  /** Even naming the storage throws where it is blocked. */
  function attempt<Result>(use: (storage: Storage) => Result): Result | null {
    try {
      return use(open());
    } catch (error) {
      // Blocked or full: what is in memory counts.
      void error;
      return null;
    }
  }

  return {
    get: (key) => here.get(key) ?? attempt((storage) => storage.getItem(key)),
    set(key, value) {
      here.set(key, value);
      const stored = attempt((storage) => storage.setItem(key, value)) !== null;
      // Another tab may change it, so there is one place to look at.
      if (stored) here.delete(key);
    },
    remove(key) {
      here.delete(key);
      attempt((storage) => storage.removeItem(key));
    },
    keys: () => [...new Set([...here.keys(), ...(attempt((storage) => Object.keys(storage)) ?? [])])],
  };
}

/** Of this browser; on the server nothing is remembered. */
export const remembered: Remembered = remembering(() => globalThis.localStorage);
