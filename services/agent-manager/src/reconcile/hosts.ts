import { subjects } from '@claude-codex/contracts';
import type { Clock, Log } from '@claude-codex/eventing';
import type { Bus } from '@claude-codex/service-kit/bus';
import { publishJson, subscribeJson } from '@claude-codex/service-kit/bus-json';
import { z } from 'zod';

export interface Hosts {
  /** Nothing was heard of any manager there for so long that no restart explains it. */
  isLost(hostId: string): boolean;
  /** All that were heard since this manager began, this one too, with the lost ones marked: one sentence for people. */
  describe(): string;
  stop(): Promise<void>;
}

const BEAT_MS = 2_000;
const Alive = z.object({ hostId: z.string(), managerId: z.string() });

/**
 * Says that this manager lives, and hears which others do. Time is counted in beats of our own that came back to us: while
 * we are cut off, frozen or without a bus we hear nobody, and nobody is lost for that. No two clocks are compared.
 */
export function watchHosts(options: {
  bus: Bus;
  hostId: string;
  managerId: string;
  lostAfterMs: number;
  clock: Clock;
  log: Log;
}): Hosts {
  const { bus, hostId, managerId, lostAfterMs, clock, log } = options;
  const { alive } = subjects.manager;
  const stopping = new AbortController();
  const heardAt = new Map<string, number>();
  let beats = 0;

  const unsubscribe = subscribeJson(
    bus,
    alive,
    Alive,
    (said) => {
      if (said.managerId === managerId) beats += 1;
      heardAt.set(said.hostId, beats);
    },
    (error) => log.warn({ err: error }, 'what a manager says of itself cannot be read'),
  );

  const running = (async () => {
    while (!stopping.signal.aborted) {
      publishJson(bus, alive, { hostId, managerId });
      await clock.sleep(BEAT_MS, stopping.signal);
    }
  })();

  const isLost = (other: string) => other !== hostId && (beats - (heardAt.get(other) ?? 0)) * BEAT_MS >= lostAfterMs;

  return {
    isLost,
    describe() {
      const names = [...new Set([hostId, ...heardAt.keys()])].sort();
      return names.map((name) => (isLost(name) ? `${name} (not heard any more)` : name)).join(', ');
    },
    async stop() {
      stopping.abort();
      unsubscribe();
      await running;
    },
  };
}
