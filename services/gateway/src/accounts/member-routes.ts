import {
  AcceptInviteRequest,
  ChangeRoleRequest,
  CommandAccepted,
  CreatedInvite,
  InviteRequest,
  InviteView,
  Person,
} from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { type WorkspaceCommand, workspaceDecider } from '@claude-codex/domain/workspace/decide';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { idFrom } from '@claude-codex/service-kit/ids';
import { z } from 'zod';
import type { Members } from '../access/members.ts';
import { principalOf } from '../access/principal.ts';
import { type CommandContext, type Commands, commandContext } from '../commands/commands.ts';
import type { ApiTokens } from './api-tokens.ts';
import type { GuessLimit } from './guess-limit.ts';
import type { Invites } from './invites.ts';
import type { KnownDevices } from './known-device.ts';
import type { People } from './people.ts';
import type { Sessions } from './sessions.ts';
import { clientOf } from './setup-routes.ts';

interface Parts {
  commands: Commands;
  members: Members;
  people: People;
  invites: Invites;
  sessions: Sessions;
  tokens: ApiTokens;
  limit: GuessLimit;
  devices: KnownDevices;
}

const tags = ['members'];
const params = z.object({ id: z.string().min(1).max(100) });

/** Who belongs to the workspace: list, invite by link, change a role, remove. */
export function addMemberRoutes(app: HttpServer, parts: Parts): void {
  const { commands, members, people, invites, sessions, tokens, limit, devices } = parts;

  async function change(context: CommandContext, command: WorkspaceCommand): Promise<number> {
    const { workspaceId } = context.meta;
    const stream = streamOf('workspace', workspaceId);
    const position = await commands.run(context, { stream, decider: workspaceDecider, command });
    members.refresh(workspaceId);
    return position;
  }

  app.get(
    '/api/members',
    { schema: { tags, operationId: 'listMembers', response: { 200: z.object({ members: z.array(Person) }) } } },
    async (request) => {
      const workspace = await members.workspace(principalOf(request).workspaceId);
      const roles = Object.entries(workspace?.members ?? {});
      const names = await people.named(roles.map(([id]) => id));
      const unknown = { name: 'Former member', email: '' };
      return { members: roles.map(([id, role]) => ({ id, role, ...(names.get(id) ?? unknown) })) };
    },
  );

  app.patch(
    '/api/members/:id',
    {
      schema: {
        tags,
        operationId: 'changeRole',
        params,
        body: ChangeRoleRequest,
        response: { 200: CommandAccepted },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { role } = request.body;
      const position = await change(commandContext(request), { type: 'ChangeMemberRole', userId: id, role });
      return { id, position };
    },
  );

  app.delete(
    '/api/members/:id',
    { schema: { tags, operationId: 'removeMember', params, response: { 200: CommandAccepted } } },
    async (request) => {
      const { id } = request.params;
      const { workspaceId } = principalOf(request);
      if ((await members.roleOf(workspaceId, id)) === null)
        throw new Problem('MEMBER_UNKNOWN', { detail: 'There is no such member.' });
      const position = await change(commandContext(request), { type: 'RemoveMember', userId: id });
      await people.removeFromWorkspace(id, workspaceId);
      // Somebody without any workspace has nothing left to log in for.
      if ((await people.workspacesOf(id)).length === 0)
        await Promise.all([sessions.revokeAll(id), tokens.revokeAll(id)]);
      return { id, position };
    },
  );

  app.get(
    '/api/invites',
    { schema: { tags, operationId: 'listInvites', response: { 200: z.object({ invites: z.array(InviteView) }) } } },
    async (request) => ({ invites: await invites.list(principalOf(request).workspaceId) }),
  );

  app.post(
    '/api/invites',
    {
      schema: {
        tags,
        operationId: 'createInvite',
        summary: 'Makes a link that lets one person join; it is shown this once',
        body: InviteRequest,
        response: { 201: CreatedInvite },
      },
    },
    async (request, reply) => {
      const { workspaceId, personId } = principalOf(request);
      const { role } = request.body;
      return reply.code(201).send(await invites.create({ workspaceId, role, createdBy: personId }));
    },
  );

  app.delete(
    '/api/invites/:id',
    { schema: { tags, operationId: 'revokeInvite', params, response: { 204: z.null() } } },
    async (request, reply) => {
      const done = await invites.revoke(principalOf(request).workspaceId, request.params.id);
      if (!done) throw new Problem('NOT_FOUND', { detail: 'There is no such invite.' });
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/invites/accept',
    {
      schema: {
        tags,
        operationId: 'acceptInvite',
        summary: 'Makes an account by an invite link and logs in',
        body: AcceptInviteRequest,
        response: { 201: CommandAccepted },
      },
    },
    async (request, reply) => {
      const { token, name, email, password } = request.body;
      const guess = { account: null, address: request.ip, device: null };
      const invite = await limit.guess(guess, () => invites.take(token));
      const { workspaceId, role } = invite;
      try {
        const personId = await people.create({ name, email, password });
        await invites.usedBy(invite.id, personId);
        const meta = {
          actor: { kind: 'person' as const, id: personId },
          causedBy: invite.createdBy,
          correlationId: request.id,
          causationId: null,
          workspaceId,
        };
        const context = { commandId: idFrom('accept-invite', invite.id), meta };
        const position = await change(context, { type: 'JoinWorkspace', userId: personId, role });
        await people.addToWorkspace(personId, workspaceId);
        const cookies = await sessions.open({ email, password }, clientOf(request));
        reply.header('set-cookie', [devices.remember(request.headers.cookie, email), ...cookies]);
        return await reply.code(201).send({ id: personId, position });
      } catch (error) {
        await invites.giveBack(invite.id);
        throw error;
      }
    },
  );
}
