import { ReadModelRequest, type RebuildView } from '@claude-codex/contracts/projector';
import { subjects } from '@claude-codex/contracts/subjects';
import { DomainError, type Projection } from '@claude-codex/eventing';
import type { Bus, HttpServer } from '@claude-codex/service-kit';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import type { Pool } from '@claude-codex/service-kit/pg/pool';
import {
  beginBuild,
  cancelBuild,
  readProjectionStatus,
  resumeProjection,
} from '@claude-codex/service-kit/pg/projection-status';
import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';
import { z } from 'zod';

export interface RebuildDeps {
  pool: Pool;
  bus: Bus;
  projections: readonly Projection<PgTx>[];
}

/** Every read model that is live or being built, with how far it is. */
export async function listRebuilds(pool: Pool): Promise<RebuildView[]> {
  const rows = await readProjectionStatus(pool);
  return rows
    .filter(({ status }) => status !== 'retired')
    .map(({ name, version, build, status, position, lag, lagSeconds }) => {
      const head = position + lag;
      const progress = head === 0 ? 1 : position / head;
      return { name, version, build, status, position, head, lag, lagSeconds, progress };
    });
}

/** Rebuilds over the bus and, for whoever looks at the process itself, at /rebuilds. Returns a function that stops. */
export function serveRebuilds(http: HttpServer, { pool, bus, projections }: RebuildDeps): () => void {
  http.get('/rebuilds', { schema: { hide: true } }, () => listRebuilds(pool));
  const stops = [
    serveJson(bus, subjects.projector.rebuilds, z.object({}), () => listRebuilds(pool), { queue: 'projector' }),
    serveJson(
      bus,
      subjects.projector.rebuild,
      ReadModelRequest,
      async ({ name }) => {
        const projection = projections.find((known) => known.name === name);
        if (projection === undefined) throw new DomainError('READ_MODEL_NOT_FOUND', { name });
        await beginBuild(pool, projection);
        return listRebuilds(pool);
      },
      { queue: 'projector' },
    ),
    serveJson(bus, subjects.projector.cancel, ReadModelRequest, ({ name }) => cancelBuild(pool, name), {
      queue: 'projector',
    }),
    serveJson(bus, subjects.projector.resume, ReadModelRequest, ({ name }) => resumeProjection(pool, name), {
      queue: 'projector',
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
