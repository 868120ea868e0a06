import {
  CommandAccepted,
  ConfigureRepositoryRequest,
  ConnectRepositoryRequest,
  Id,
  RepositoriesView,
  RepositoryView,
  SampleView,
} from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { SAMPLE } from '@claude-codex/contracts/sample';
import { type RepositoryCommand, repositoryDecider } from '@claude-codex/domain/repository/decide';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import { commandContext } from '../commands/commands.ts';
import { refusal } from '../commands/problems.ts';
import type { Deps } from '../deps.ts';
import { sourceAtForge } from '../forge-connections/source-at-forge.ts';
import { MinPosition, waitFor } from '../reads/min-position.ts';
import { nameOf, probe } from './probe.ts';

const tags = ['repositories'];
const params = z.object({ id: Id });
const accepted = { response: { 200: CommandAccepted } };

/** Repositories of the workspace. */
export function addRepositoryRoutes(app: HttpServer, deps: Deps): void {
  const { commands, reads, positions, store, bus } = deps;

  async function run(request: FastifyRequest, id: string, command: RepositoryCommand) {
    const stream = streamOf('repository', id);
    await commands.own(principalOf(request), stream, 'REPOSITORY_NOT_FOUND');
    return {
      id,
      position: await commands.run(commandContext(request), { stream, decider: repositoryDecider, command }),
    };
  }

  app.get(
    '/api/repositories',
    {
      schema: { tags, operationId: 'listRepositories', querystring: MinPosition, response: { 200: RepositoriesView } },
    },
    async (request) => {
      await waitFor(positions, request.query.min_position);
      const asOf = positions.current();
      return { ...asOf, repositories: await reads.repositories(principalOf(request).workspaceId) };
    },
  );

  app.post(
    '/api/repositories',
    {
      schema: {
        tags,
        operationId: 'connectRepository',
        summary:
          'Connects the sample, a path on the server or a git address, after a look at it; an address at a forge that the workspace is connected to is reached through that connection',
        body: ConnectRepositoryRequest,
        response: { 201: CommandAccepted },
      },
    },
    async (request, reply) => {
      const { source: asked, name, baseBranch, checkCommand, requireGreen, ...rest } = request.body;
      const { followThrough, issues, sendsThreads } = rest;
      const { source, forgeRules } = await sourceAtForge({ store, bus }, principalOf(request).workspaceId, asked);
      const found = await probe(bus, source, baseBranch);
      const context = commandContext(request);
      const id = idFrom(context.commandId, 'repository');
      const position = await commands.run(context, {
        stream: streamOf('repository', id),
        decider: repositoryDecider,
        command: {
          type: 'ConnectRepository',
          source,
          name: name ?? nameOf(source),
          baseBranch,
          checkCommand: checkCommand ?? found.checkCommandSuggestion,
          requireGreen,
          followThrough,
          issues,
          sendsThreads,
          forgeRules,
          defaultBranch: found.defaultBranch,
        },
      });
      return reply.code(201).send({ id, position });
    },
  );

  app.get(
    '/api/sample',
    {
      schema: {
        tags,
        operationId: 'getSample',
        summary: 'The bundled sample repository and the task it suggests',
        response: { 200: SampleView },
      },
    },
    async () => SAMPLE,
  );

  app.get(
    '/api/repositories/:id',
    {
      schema: {
        tags,
        operationId: 'getRepository',
        params,
        querystring: MinPosition,
        response: { 200: RepositoryView },
      },
    },
    async (request) => {
      await waitFor(positions, request.query.min_position);
      const repository = await reads.repository(principalOf(request).workspaceId, request.params.id);
      if (repository === null) throw refusal('REPOSITORY_NOT_FOUND');
      return repository;
    },
  );

  app.patch(
    '/api/repositories/:id',
    { schema: { tags, operationId: 'configureRepository', params, body: ConfigureRepositoryRequest, ...accepted } },
    async (request) => run(request, request.params.id, { type: 'ConfigureRepository', ...request.body }),
  );

  app.post(
    '/api/repositories/:id/refresh',
    { schema: { tags, operationId: 'refreshRepository', summary: 'Reads the repository again', params, ...accepted } },
    async (request) => run(request, request.params.id, { type: 'RefreshRepository' }),
  );

  app.delete(
    '/api/repositories/:id',
    {
      schema: {
        tags,
        operationId: 'removeRepository',
        summary: 'Forgets the repository; nothing in the repository itself is touched',
        params,
        ...accepted,
      },
    },
    async (request) => {
      const { id } = request.params;
      await commands.own(principalOf(request), streamOf('repository', id), 'REPOSITORY_NOT_FOUND');
      if ((await reads.openTasksOf(id)) > 0) throw refusal('REPOSITORY_IN_USE');
      return run(request, id, { type: 'RemoveRepository' });
    },
  );
}
