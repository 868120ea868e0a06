import { dayWords } from '@claude-codex/contracts/time';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span in milliseconds as people say it: `<1 s`, `4 s`, `2 min 05 s`, `3 h 12 min`, `2 d 4 h`. */
export function duration(ms: number): string {
  const safe = Math.max(0, ms);
  if (safe < SECOND) return '<1 s';
  if (safe < MINUTE) return `${Math.floor(safe / SECOND)} s`;
  if (safe < HOUR) return `${Math.floor(safe / MINUTE)} min ${pad(Math.floor((safe % MINUTE) / SECOND))} s`;
  if (safe < DAY) return `${Math.floor(safe / HOUR)} h ${pad(Math.floor((safe % HOUR) / MINUTE))} min`;
  return `${Math.floor(safe / DAY)} d ${Math.floor((safe % DAY) / HOUR)} h`;
}

/** The same, short enough for a card: `0:42`, `12:05`, `3h 12m`, `2d 4h`. */
export function clock(ms: number): string {
  const safe = Math.max(0, ms);
  if (safe < HOUR) return `${Math.floor(safe / MINUTE)}:${pad(Math.floor((safe % MINUTE) / SECOND))}`;
  if (safe < DAY) return `${Math.floor(safe / HOUR)}h ${Math.floor((safe % HOUR) / MINUTE)}m`;
  return `${Math.floor(safe / DAY)}d ${Math.floor((safe % DAY) / HOUR)}h`;
}

/** How long ago an ISO time was, seen from `now` (epoch milliseconds). A clock that runs ahead reads as now. */
export function ago(iso: string, now: number): string {
  const ms = now - Date.parse(iso);
  if (Number.isNaN(ms)) return 'at an unknown time';
  if (ms < 10 * SECOND) return 'just now';
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s ago`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ago`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ago`;
  if (ms < 30 * DAY) return `${Math.floor(ms / DAY)} d ago`;
  return day(new Date(iso));
}

/** The exact time in the reader's zone, for titles and tables: `3 Nov 2026, 14:02:11`. */
export function exact(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? 'an unknown time' : `${day(at)}, ${timeOfDay(at)}`;
}

/** `14:02:11` in the reader's zone. */
export function timeOfDay(at: string | number | Date): string {
  const time = new Date(at);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(pad).join(':');
}

/** `14:02` in the reader's zone. */
export function clockTime(at: Date): string {
  return `${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

/** `3 Nov 2026` in the reader's zone. */
export function day(at: Date): string {
  return dayWords({ year: at.getFullYear(), month: at.getMonth(), day: at.getDate() });
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
