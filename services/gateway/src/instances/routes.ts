import { CommandAccepted, Id, InstanceView, InstanceViewState, JournalPage } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { instanceDecider } from '@claude-codex/domain/instance/decide';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import { commandContext } from '../commands/commands.ts';
import { refusal } from '../commands/problems.ts';
import type { Deps } from '../deps.ts';
import { MinPosition, waitFor } from '../reads/min-position.ts';
import { JournalQuery, journalPage } from './journal-page.ts';

const tags = ['instances'];
const params = z.object({ id: Id });

/** Agents at work: list, look, stop, read what they did. */
export function addInstanceRoutes(app: HttpServer, deps: Deps): void {
  const { commands, reads, positions, journal } = deps;

  async function instanceOf(request: FastifyRequest, id: string): Promise<InstanceView> {
    const instance = await reads.instance(principalOf(request).workspaceId, id);
    if (instance === null) throw refusal('INSTANCE_NOT_FOUND');
    return instance;
  }

  app.get(
    '/api/instances',
    {
      schema: {
        tags,
        operationId: 'listInstances',
        querystring: MinPosition.extend({ state: InstanceViewState.optional() }),
        response: { 200: z.object({ instances: z.array(InstanceView) }) },
      },
    },
    async (request) => {
      await waitFor(positions, request.query.min_position);
      return { instances: await reads.instances(principalOf(request).workspaceId, request.query.state ?? null) };
    },
  );

  app.get(
    '/api/instances/:id',
    { schema: { tags, operationId: 'getInstance', params, querystring: MinPosition, response: { 200: InstanceView } } },
    async (request) => {
      await waitFor(positions, request.query.min_position);
      return instanceOf(request, request.params.id);
    },
  );

  app.delete(
    '/api/instances/:id',
    {
      schema: {
        tags,
        operationId: 'stopInstance',
        summary: 'Stops the agent; what it handed over stays on its branch',
        params,
        response: { 200: CommandAccepted },
      },
    },
    async (request) => {
      const { id } = request.params;
      const stream = streamOf('instance', id);
      await commands.own(principalOf(request), stream, 'INSTANCE_NOT_FOUND');
      const command = { type: 'StopInstance' as const, reason: 'Stopped by a person' };
      return {
        id,
        position: await commands.run(commandContext(request), { stream, decider: instanceDecider, command }),
      };
    },
  );

  app.get(
    '/api/instances/:id/journal',
    {
      schema: {
        tags,
        operationId: 'getInstanceJournal',
        summary: 'What the agent said and did, a page at a time',
        params,
        querystring: JournalQuery,
        response: { 200: JournalPage },
      },
    },
    async (request) => journalPage(journal, (await instanceOf(request, request.params.id)).id, request.query),
  );
}
