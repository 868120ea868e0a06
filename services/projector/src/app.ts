import { EVENT_TYPES } from '@claude-codex/contracts';
import type { ServiceName } from '@claude-codex/contracts/services';
import { createSchemaRegistry, type Projection } from '@claude-codex/eventing';
import type { Bus, Logger } from '@claude-codex/service-kit';
import { createHttpServer, systemClock } from '@claude-codex/service-kit';
import { serveHealth } from '@claude-codex/service-kit/health';
import type { Pool } from '@claude-codex/service-kit/pg/pool';
import { type ProjectionRunner, runProjections } from '@claude-codex/service-kit/pg/projection-runner';
import { readProjectionStatus } from '@claude-codex/service-kit/pg/projection-status';
import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';
import type { ServiceApp } from '@claude-codex/service-kit/service-app';
import { PROJECTIONS } from './projections.ts';
import { serveRebuilds } from './rebuild/rebuilds.ts';

export interface ProjectorDeps {
  /** Connections that may write read models (role codex_projector). */
  pool: Pool;
  bus: Bus;
  log: Logger;
  projections?: readonly Projection<PgTx>[];
}

export const NAME = 'projector' satisfies ServiceName;

/** A read model further behind than this is not well, whatever its status says. */
const MAX_LAG_SECONDS = 30;

/** Keeps every read model up with the log. */
export function createProjectorApp({ pool, bus, log, projections = PROJECTIONS }: ProjectorDeps): ServiceApp {
  const stops: (() => void)[] = [];
  let runner: ProjectionRunner | null = null;

  async function health(): Promise<{ ok: boolean; detail: string }> {
    try {
      const current = (await readProjectionStatus(pool)).filter(({ status }) => status !== 'retired');
      // One that is being built is behind by nature; the one it will replace serves meanwhile.
      const serving = current.filter(({ status }) => status !== 'building');
      const ok = serving.every(({ status, lagSeconds }) => status !== 'paused' && lagSeconds < MAX_LAG_SECONDS);
      return { ok, detail: current.map(({ name, status, lag }) => `${name} ${status}, ${lag} behind`).join('; ') };
    } catch (error) {
      log.warn({ err: error }, 'health: the database cannot be read');
      return { ok: false, detail: 'the database cannot be read' };
    }
  }

  const http = createHttpServer({
    log,
    ready: {
      projections: async () => {
        const { ok, detail } = await health();
        if (!ok) throw new Error(detail);
      },
    },
  });

  stops.push(serveRebuilds(http, { pool, bus, projections }));

  return {
    http,
    async start() {
      const registry = createSchemaRegistry(EVENT_TYPES);
      runner = runProjections({ pool, projections, registry, bus, clock: systemClock, log });
      stops.push(serveHealth(bus, NAME, health));
    },
    async stop() {
      for (const stop of stops.splice(0)) stop();
      await runner?.stop();
      await http.close();
    },
  };
}
