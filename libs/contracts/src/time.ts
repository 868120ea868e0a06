const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A day as every place writes it: `3 Nov 2026`. By hand: formatters load the rules of a language first. */
export function dayWords({ year, month, day }: { year: number; month: number; day: number }): string {
  return `${day} ${MONTHS[month]} ${year}`;
}

/**
 * A moment in words that are stored or sent, where nobody knows who reads them, or when: `3 Nov 2026, 04:52 UTC`. A page
 * puts them into its reader's time (`web/src/lib/format/time.ts`).
 */
export function utcTime(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return 'an unknown time';
  const day = dayWords({ year: at.getUTCFullYear(), month: at.getUTCMonth(), day: at.getUTCDate() });
  return `${day}, ${at.toISOString().slice(11, 16)} UTC`;
}
