/** How much a person may send: a paste of 1 MiB at once, refilled within four seconds. */
export interface InputLimit {
  allows(bytes: number): boolean;
}

const CAPACITY = 1024 * 1024;
const REFILL_PER_MS = CAPACITY / 4_000;

export function createInputLimit(now: () => number): InputLimit {
  let left = CAPACITY;
  let at = now();
  return {
    allows(bytes) {
      const time = now();
      left = Math.min(CAPACITY, left + (time - at) * REFILL_PER_MS);
      at = time;
      left -= bytes;
      return left >= 0;
    },
  };
}
