import type { Measurement } from '@claude-codex/contracts';
import type { ServiceName } from '@claude-codex/contracts/services';
import { subjects } from '@claude-codex/contracts/subjects';
import type { Clock, EventStore } from '@claude-codex/eventing';
import { type Bus, createHttpServer, type Logger, serveJson, systemClock } from '@claude-codex/service-kit';
import { serveHealth } from '@claude-codex/service-kit/health';
import { connected, type ServiceApp } from '@claude-codex/service-kit/service-app';
import { z } from 'zod';
import { watchTarget } from './checks/watch-target.ts';
import type { Target } from './target.ts';

export interface HealthCheckerDeps {
  bus: Bus;
  store: EventStore;
  log: Logger;
  /** What this installation consists of. */
  targets: readonly Target[];
  clock?: Clock;
  /** Between two probes of a target. Default 15 s. */
  everyMs?: number;
}

export const NAME = 'health-checker' satisfies ServiceName;
const EVERY_MS = 15_000;

/** Watches what the installation depends on. Measurements stay here; only changes of a status become events. */
export function createHealthCheckerApp(deps: HealthCheckerDeps): ServiceApp {
  const { bus, store, log, targets, clock = systemClock, everyMs = EVERY_MS } = deps;
  const http = createHttpServer({
    log,
    ready: { bus: connected(bus) },
  });
  let stopping = new AbortController();
  let watching: Promise<void>[] = [];
  let served: (() => void)[] = [];
  const latest = new Map<string, Measurement>();

  return {
    http,
    async start() {
      stopping = new AbortController();
      served = [
        serveHealth(bus, NAME, () => ({ ok: true, detail: `watching ${targets.length} services` })),
        serveJson(bus, subjects.measurements, z.object({}), async () => [...latest.values()], { queue: NAME }),
      ];
      const onMeasured = (measurement: Omit<Measurement, 'believedSince'>) => {
        const { id, believed, measuredAt } = measurement;
        const before = latest.get(id);
        const believedSince = before?.believed === believed ? before.believedSince : measuredAt;
        latest.set(id, { ...measurement, believedSince });
      };
      watching = targets.map((target) =>
        watchTarget({ store, target, clock, log, everyMs, onMeasured }, stopping.signal),
      );
    },
    async stop() {
      stopping.abort();
      await Promise.all(watching);
      for (const unserve of served.splice(0)) unserve();
      await http.close();
    },
  };
}
