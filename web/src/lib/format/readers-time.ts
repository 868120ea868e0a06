import { clockTime, day } from './time.ts';

/** What `utcTime` of the contracts writes. */
const WRITTEN = /(at |until |ends )?(\d{1,2} [A-Z][a-z]{2} \d{4}, \d{2}:\d{2}) UTC/g;

/**
 * Words of the server in its reader's time: `ends 3 Nov 2026, 04:52 UTC` is `ends 05:52` on that day and `ends 3 Nov 2026,
 * 05:52` on every other. What was to end or come by now has not been heard of yet: any moment.
 */
export function inReadersTime(words: string, now: number): string {
  return words.replaceAll(WRITTEN, (whole, lead: string | undefined, written: string) => {
    const at = new Date(`${written} UTC`);
    if (Number.isNaN(at.getTime())) return whole;
    if (lead === 'ends ' && at.getTime() <= now) return 'ends any moment now';
    return `${lead ?? ''}${moment(at, now)}`;
  });
}

/** A time of today without its day, every other one with it. */
function moment(at: Date, now: number): string {
  return day(at) === day(new Date(now)) ? clockTime(at) : `${day(at)}, ${clockTime(at)}`;
}

/** `until 3 Nov 2026`, or that it is over. */
export function untilDay(iso: string, now: number): string {
  return Date.parse(iso) <= now ? 'not valid any more' : `until ${day(new Date(iso))}`;
}
