import {
  CancelledAnswer,
  type ErrorCode,
  HealthView,
  RebuildAccepted,
  RebuildsAnswer,
  ResumedAnswer,
  type Standstill,
  UI_PROJECTIONS,
} from '@claude-codex/contracts';
import { HeldAnswer, ProcessManagersAnswer } from '@claude-codex/contracts/event-store';
import { subjects } from '@claude-codex/contracts/subjects';
import type { Bus } from '@claude-codex/service-kit/bus';
import { requestJson } from '@claude-codex/service-kit/bus-json';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import { problemOf, refusal } from '../commands/problems.ts';
import { createHealthReader, type HealthDeps } from './read-health.ts';

const tags = ['health'];
const params = z.object({ name: z.string().regex(/^[a-z][a-z0-9-]{0,59}$/, 'a name of lower-case letters') });
/** Making the tables of a rebuild waits for whoever writes them at the moment. */
const TIMEOUT_MS = 5_000;

/** How the installation is, and what its owners can do about a part of it that stands still. */
export function addHealthRoutes(app: HttpServer, deps: HealthDeps): void {
  const { bus } = deps;
  const read = createHealthReader(deps);

  app.get(
    '/api/health',
    {
      schema: {
        tags,
        operationId: 'getHealth',
        summary: 'Every part of the installation, the log, and how far each of its readers is',
        response: { 200: HealthView },
      },
    },
    async (request) => {
      const { workspaceId, ownsInstallation } = principalOf(request);
      const view = await read(workspaceId);
      return ownsInstallation ? view : withoutMessages(view);
    },
  );

  app.post(
    '/api/read-models/:name/rebuild',
    {
      schema: {
        tags,
        operationId: 'rebuildReadModel',
        summary: 'Builds a read model anew from the first event on, beside the one that serves',
        params,
        response: { 202: RebuildAccepted },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      checkReadModel(name);
      const rows = await ask(bus, subjects.projector.rebuild, { name }, RebuildsAnswer);
      const begun = rows.find((row) => row.name === name && row.status === 'building');
      // None: it was ready before the projector looked, and serves already.
      const build = begun?.build ?? rows.find((row) => row.name === name)?.build ?? 0;
      return reply.code(202).send({ name, build });
    },
  );

  app.post(
    '/api/read-models/:name/rebuild/cancel',
    {
      schema: {
        tags,
        operationId: 'cancelRebuild',
        summary: 'Gives up the rebuild of a read model; the one that serves goes on',
        params,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      checkReadModel(name);
      const cancelled = await ask(bus, subjects.projector.cancel, { name }, CancelledAnswer);
      if (!cancelled) throw refusal('READ_MODEL_NOT_REBUILDING');
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/read-models/:name/resume',
    {
      schema: {
        tags,
        operationId: 'resumeReadModel',
        summary: 'Lets a paused read model try its event again',
        params,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      checkReadModel(name);
      if (!(await ask(bus, subjects.projector.resume, { name }, ResumedAnswer))) throw refusal('READ_MODEL_NOT_PAUSED');
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/process-managers/:name/resume',
    {
      schema: {
        tags,
        operationId: 'resumeProcessManager',
        summary: 'Lets a paused process manager try its event again',
        params,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const { checkpoint } = subjects.eventStore;
      if (!(await ask(bus, checkpoint('resume'), { name }, HeldAnswer))) throw await notResumed(bus, name);
      return reply.code(204).send(null);
    },
  );
}

/** Throws the refusal of another service as a problem, and NOT_READY when it does not answer. */
async function ask<Schema extends z.ZodType>(
  bus: Bus,
  subject: string,
  body: unknown,
  schema: Schema,
): Promise<z.output<Schema>> {
  try {
    return await requestJson(bus, subject, body, schema, { timeoutMs: TIMEOUT_MS });
  } catch (error) {
    throw problemOf(error);
  }
}

function checkReadModel(name: string): void {
  if (!UI_PROJECTIONS.some((known) => known === name)) throw refusal('READ_MODEL_NOT_FOUND');
}

async function notResumed(bus: Bus, name: string): Promise<Error> {
  const known = await ask(bus, subjects.eventStore.checkpoint('list'), {}, ProcessManagersAnswer);
  const code: ErrorCode = known.some((manager) => manager.name === name)
    ? 'PROCESS_MANAGER_NOT_PAUSED'
    : 'PROCESS_MANAGER_NOT_FOUND';
  return refusal(code);
}

/** The server's own words may name what is of another workspace; where it stands is for everybody. */
function withoutMessages(view: HealthView): HealthView {
  const quiet = (stopped: Standstill | null): Standstill | null =>
    stopped?.kind === 'event' ? { ...stopped, message: null } : stopped;
  return {
    ...view,
    readModels: view.readModels.map(({ stopped, rebuild, ...rest }) => ({
      ...rest,
      stopped: quiet(stopped),
      rebuild: rebuild === null ? null : { ...rebuild, stopped: quiet(rebuild.stopped) },
    })),
    processManagers:
      view.processManagers?.map(({ stopped, ...rest }) => ({ ...rest, stopped: quiet(stopped) })) ?? null,
  };
}
