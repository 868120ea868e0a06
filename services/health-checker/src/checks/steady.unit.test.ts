import { expect, it } from 'vitest';
import type { Measurement } from './measure.ts';
import { afterMeasurement, startingAs } from './steady.ts';

function believed(from: Parameters<typeof startingAs>[0], ...statuses: Measurement['status'][]) {
  let steady = startingAs(from);
  return statuses.map((status) => {
    steady = afterMeasurement(steady, { status, latencyMs: 1, detail: '' });
    return steady.status;
  });
}

it('believes good news about something unknown at once, bad news at the second probe', () => {
  expect(believed('unknown', 'connected')).toEqual(['connected']);
  expect(believed('unknown', 'offline', 'offline')).toEqual(['unknown', 'offline']);
});

it('does not believe a single probe', () => {
  expect(believed('connected', 'offline', 'connected', 'offline', 'offline')).toEqual([
    'connected',
    'connected',
    'connected',
    'offline',
  ]);
});

it('starts counting anew when the probes disagree among themselves', () => {
  expect(believed('connected', 'warning', 'offline', 'warning', 'warning')).toEqual([
    'connected',
    'connected',
    'connected',
    'warning',
  ]);
});
