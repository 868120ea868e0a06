import type { ServiceStatus } from '@claude-codex/contracts';
import type { Measurement } from './measure.ts';

/** So many probes in a row must say the same before a status counts: one slow answer is not an incident. */
const NEEDED = 2;

/** What is believed of a target, and what the last probes said that nobody believes yet. */
export interface Steady {
  status: ServiceStatus;
  candidate: Measurement['status'] | null;
  seen: number;
}

export function startingAs(status: ServiceStatus): Steady {
  return { status, candidate: null, seen: 0 };
}

/** The belief after one more measurement. */
export function afterMeasurement(steady: Steady, { status }: Measurement): Steady {
  if (status === steady.status) return startingAs(status);
  // Nothing is known yet and it works: no reason to make a newcomer wait.
  if (steady.status === 'unknown' && status === 'connected') return startingAs(status);
  const seen = steady.candidate === status ? steady.seen + 1 : 1;
  return seen >= NEEDED ? startingAs(status) : { ...steady, candidate: status, seen };
}
