import { cpus, totalmem } from 'node:os';
import { median } from '../first-load/report.ts';
import type { Look } from './look.ts';

export interface Measured {
  readonly title: string;
  readonly stored: { readonly ms: number; readonly grownMb: number; readonly filesChanged: number };
  readonly storedMb: number;
  readonly looks: readonly Look[];
  /** Of the gateway, before and after the page was opened and scrolled through. */
  readonly gatewayMb: readonly [number, number];
}

export function markdown(measured: readonly Measured[], versions: Record<string, string>): string {
  const row = (name: string, of: (one: Measured) => string) => `| ${name} | ${measured.map(of).join(' | ')} |`;
  const seen = (key: keyof Look) => (one: Measured) => median(one.looks.map((look) => look[key]));
  const whole = (key: keyof Look, unit: string) => (one: Measured) => `${Math.round(seen(key)(one))}${unit}`;
  return [
    '# The largest changes',
    '',
    'Medians of 3 in Chromium, 1440 × 900, a new profile each time; the gateway, a store and a projector as processes, Postgres that',
    'flushes. Scrolling: 60 turns of the wheel by 1,200 px, then to the end at once. `npm run bench:diffs` measures again.',
    '',
    `| | ${measured.map(({ title }) => title).join(' | ')} |`,
    `|---|${measured.map(() => '---').join('|')}|`,
    row('stored by the manager in', ({ stored }) => `${Math.round(stored.ms)} ms`),
    row('the manager’s process grows by', ({ stored }) => `${Math.round(stored.grownMb)} MB`),
    row('on disk', ({ storedMb }) => `${storedMb.toFixed(1)} MB`),
    row('lines on screen after', whole('firstLinesMs', ' ms')),
    row('every button works after', whole('usableMs', ' ms')),
    row('elements on the page', whole('elements', '')),
    row('heap of the tab', (one) => `${seen('heapMb')(one).toFixed(1)} MB`),
    row('scrolled', whole('scrolledPx', ' px')),
    row('longest frame while scrolling', whole('worstFrameMs', ' ms')),
    row('frames over 50 ms', whole('framesOver50', '')),
    row('elements after scrolling to the end', whole('elementsAfter', '')),
    row('heap of the tab then', (one) => `${seen('heapAfterMb')(one).toFixed(1)} MB`),
    row('gateway before → after', ({ gatewayMb }) => gatewayMb.map((mb) => `${Math.round(mb)} MB`).join(' → ')),
    '',
    `Machine: ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 1024 ** 3)} GB, shared.`,
    `Versions: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}. Measured ${new Date().toISOString().slice(0, 10)}.`,
    '',
  ].join('\n');
}
