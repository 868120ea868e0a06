import { type Clock, DomainError } from '@claude-codex/eventing';
import type { Logger } from '@claude-codex/service-kit/log';
import { RuntimeGone } from '../runtimes/runtime.ts';

const RETRY_MS = 1_000;

interface Acting {
  /** Does what is due; gives when something will be due, or null. */
  act(): Promise<number | null>;
  fenced(): Promise<void>;
  letGo: AbortSignal;
  clock: Clock;
  log: Logger;
}

/** Acts when woken and when something comes due, one at a time: woken while it acts, it looks once more. */
export function actUntilQuiet({ act, fenced, letGo, clock, log }: Acting): { wake(): void; stop(): Promise<void> } {
  let acting: Promise<void> | null = null;
  let again = false;
  let timer: NodeJS.Timeout | undefined;

  function wake(): void {
    if (acting !== null) {
      again = true;
      return;
    }
    if (letGo.aborted) return;
    acting = untilQuiet().finally(() => {
      acting = null;
    });
  }

  async function untilQuiet(): Promise<void> {
    do {
      again = false;
      try {
        const next = await act();
        clearTimeout(timer);
        if (next !== null) timer = setTimeout(wake, Math.max(10, next - clock.now()));
      } catch (error) {
        if (error instanceof DomainError && error.code === 'INSTANCE_FENCED') return fenced();
        if (letGo.aborted || error instanceof RuntimeGone) return;
        log.warn({ err: error }, 'an agent could not be brought in line; will retry');
        clearTimeout(timer);
        timer = setTimeout(wake, RETRY_MS);
      }
    } while (again);
  }

  return {
    wake,
    async stop() {
      clearTimeout(timer);
      await acting;
    },
  };
}
