import { type Clock, DomainError, type Log } from '@claude-codex/eventing';
import { isRefusedByStore } from './refused-record.ts';

const RETRY_MS = 1_000;

export type Persistently = (work: () => Promise<unknown>) => Promise<void>;

/** What a record leads to must not be skipped because the store was away for a moment. Refusals are not faults. */
export function createPersistently(parts: { clock: Clock; log: Log }, letGo: AbortSignal): Persistently {
  const { clock, log } = parts;
  return async (work) => {
    for (;;) {
      try {
        await work();
        return;
      } catch (error) {
        if (error instanceof DomainError || isRefusedByStore(error) || letGo.aborted) throw error;
        log.warn({ err: error }, 'a journal record could not be handled yet; will retry');
        await clock.sleep(RETRY_MS, letGo);
      }
    }
  };
}
