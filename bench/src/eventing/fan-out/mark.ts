/**
 * Which event it is and when it was asked for, in a text that passes through any server unchanged: `@@`, 16 digits of
 * microseconds since 1970 (processes of one machine share that clock) and 6 digits that count the events.
 */
export const MARK = '@@';
export const TIME_DIGITS = 16;
export const MARK_LENGTH = MARK.length + TIME_DIGITS + 6;
const NUMBERS = 1_000_000;

let marks = 0;

export function markNow(): string {
  marks = (marks + 1) % NUMBERS;
  return MARK + String(nowMicros()) + String(marks).padStart(6, '0');
}

export function nowMicros(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1_000);
}

/** Latencies as counts per tenth of a millisecond; the last slot holds everything slower. */
export const SLOTS = 100_000;
export const SLOT_MICROS = 100;

/** Percentiles in milliseconds. */
export function percentilesOf(slots: ArrayLike<number>): { p50: number; p95: number; p99: number } {
  let total = 0;
  for (let slot = 0; slot < slots.length; slot += 1) total += slots[slot] ?? 0;
  const at = (share: number): number => {
    let seen = 0;
    for (let slot = 0; slot < slots.length; slot += 1) {
      seen += slots[slot] ?? 0;
      if (seen > 0 && seen >= total * share) return ((slot + 1) * SLOT_MICROS) / 1_000;
    }
    return Number.NaN;
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
