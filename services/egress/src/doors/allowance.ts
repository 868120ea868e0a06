/**
 * How much of something one agent may have. It is taken before it is used, piece by piece: a limit that is looked at first
 * and counted afterwards holds for calls one after the other, and for none that come side by side.
 */
export interface Allowance {
  readonly left: number;
  /** False, and nothing is taken, when there is not so much left. */
  take(amount: number): boolean;
  giveBack(amount: number): void;
}

export function createAllowance(total: number): Allowance {
  let left = total;
  return {
    get left() {
      return left;
    },
    take(amount) {
      if (amount > left) return false;
      left -= amount;
      return true;
    },
    giveBack(amount) {
      left += amount;
    },
  };
}
