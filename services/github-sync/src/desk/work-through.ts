import type { Clock } from '@claude-codex/eventing';
import type { Agenda } from './agenda.ts';

const TICK_MS = 100;

/** Works on what an agenda says is due, so many at once, until it is stopped. `work` throws nothing. */
export function workThrough(
  agenda: Agenda,
  { clock, atOnce, work }: { readonly clock: Clock; readonly atOnce: number; work(id: string): Promise<void> },
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const atWork = new Set<Promise<void>>();

  async function workOn(id: string): Promise<void> {
    try {
      await work(id);
    } finally {
      agenda.done(id);
    }
  }

  const running = (async () => {
    while (!stopping.signal.aborted) {
      for (const id of agenda.take(clock.now(), atOnce - atWork.size)) {
        const one = workOn(id).finally(() => atWork.delete(one));
        atWork.add(one);
      }
      await clock.sleep(TICK_MS, stopping.signal);
    }
  })();

  return {
    async stop() {
      stopping.abort();
      await running;
      await Promise.all(atWork);
    },
  };
}
