import {
  CommandAccepted,
  type RuntimeInfo,
  UnsandboxedAgentsRequest,
  UnsandboxedAgentsView,
} from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { type WorkspaceCommand, workspaceDecider } from '@claude-codex/domain/workspace/decide';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import type { FastifyRequest } from 'fastify';
import type { Members } from '../access/members.ts';
import { principalOf } from '../access/principal.ts';
import type { People } from '../accounts/people.ts';
import { commandContext } from '../commands/commands.ts';
import { refusal } from '../commands/problems.ts';
import type { Deps } from '../deps.ts';

type Parts = Pick<Deps, 'store' | 'commands'> & {
  runtime: () => Promise<RuntimeInfo | null>;
  members: Pick<Members, 'refresh'>;
  people: Pick<People, 'named'>;
};

const tags = ['agents'];

/** Whether agents may start where they have no sandbox: what they can read then, who agreed to it and when. */
export function addConsentRoutes(app: HttpServer, { store, commands, runtime, members, people }: Parts): void {
  async function change(request: FastifyRequest, command: WorkspaceCommand) {
    const { workspaceId } = principalOf(request);
    const stream = streamOf('workspace', workspaceId);
    const position = await commands.run(commandContext(request), { stream, decider: workspaceDecider, command });
    members.refresh(workspaceId);
    return { id: workspaceId, position };
  }

  app.get(
    '/api/unsandboxed-agents',
    {
      schema: {
        tags,
        operationId: 'getUnsandboxedAgents',
        summary: 'What agents can read where they have no sandbox, and who agreed to it',
        response: { 200: UnsandboxedAgentsView },
      },
    },
    async (request) => {
      const exposure = (await runtime())?.exposure ?? null;
      const events = await store.readStream(streamOf('workspace', principalOf(request).workspaceId));
      const last = events.findLast(({ type }) => type.startsWith('UnsandboxedAgents'));
      if (last?.type !== 'UnsandboxedAgentsAllowed') return { exposure, allowed: null };
      const names = await people.named([last.meta.actor.id]);
      const by = names.get(last.meta.actor.id)?.name ?? 'Former member';
      const { exposure: agreedTo } = last.data as { exposure: string };
      return { exposure, allowed: { by, at: last.at, exposure: agreedTo } };
    },
  );

  app.put(
    '/api/unsandboxed-agents',
    {
      schema: {
        tags,
        operationId: 'allowUnsandboxedAgents',
        summary: 'Agrees, for the whole workspace, that agents can read what `exposure` says',
        body: UnsandboxedAgentsRequest,
        response: { 200: CommandAccepted },
      },
    },
    async (request) => {
      // One agrees to what is true and was read, not to whatever the server may come to.
      if ((await runtime())?.exposure !== request.body.exposure) throw refusal('EXPOSURE_CHANGED');
      return change(request, { type: 'AllowUnsandboxedAgents', exposure: request.body.exposure });
    },
  );

  app.delete(
    '/api/unsandboxed-agents',
    {
      schema: {
        tags,
        operationId: 'forbidUnsandboxedAgents',
        summary: 'Takes it back: no further agent starts without a sandbox',
        response: { 200: CommandAccepted },
      },
    },
    (request) => change(request, { type: 'ForbidUnsandboxedAgents' }),
  );
}
