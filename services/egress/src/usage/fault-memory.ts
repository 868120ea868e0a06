import type { Clock } from '@claude-codex/eventing';
import type { ProviderFault } from '../model-proxy/provider-fault.ts';

export interface FaultMemory {
  /** What people have not been told yet, or null: the same cause is said once, and once more when it lasts. */
  failed(instanceId: string, fault: ProviderFault): ProviderFault | null;
  answered(instanceId: string): void;
}

/** What passes by itself usually does so within minutes; after that somebody should look. */
const LASTS_MS = 5 * 60_000;

/** What was said of the provider to each instance's people since its last answer. */
export function createFaultMemory(clock: Pick<Clock, 'now'>): FaultMemory {
  const told = new Map<string, { cause: string; since: number; needsPerson: boolean }>();
  return {
    failed(instanceId, fault) {
      const before = told.get(instanceId);
      const same = before?.cause === fault.cause;
      const since = same ? before.since : clock.now();
      // A limit with a known end is waited for, however long it is.
      const lasts = fault.retryAt === null && clock.now() - since >= LASTS_MS;
      const needsPerson = fault.needsPerson || lasts;
      if (same && before.needsPerson === needsPerson) return null;
      told.set(instanceId, { cause: fault.cause, since, needsPerson });
      return { ...fault, needsPerson };
    },
    answered: (instanceId) => void told.delete(instanceId),
  };
}
