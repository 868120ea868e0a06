import {
  CommandAccepted,
  ForgeLogin,
  ForgeLoginsView,
  type ForgeLoginView,
  MapLoginRequest,
  RemoteForge,
} from '@claude-codex/contracts';
import { isOf } from '@claude-codex/contracts/events';
import { streamOf } from '@claude-codex/contracts/ids';
import { forgeConnectionDecider } from '@claude-codex/domain/forge-connection/index';
import { readWholeStream } from '@claude-codex/eventing';
import { forgeConnectionId } from '@claude-codex/service-kit/forge-connection-id';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { z } from 'zod';
import type { Members } from '../access/members.ts';
import { principalOf } from '../access/principal.ts';
import { commandContext } from '../commands/commands.ts';
import { refusal } from '../commands/problems.ts';
import type { Deps } from '../deps.ts';

const tags = ['forges'];
const params = z.object({ provider: RemoteForge });

/** Who gives commands from a forge, and which member each stands for. Told by the events of the connection alone. */
export function addForgeLoginRoutes(
  app: HttpServer,
  { store, commands, members }: Pick<Deps, 'store' | 'commands'> & { members: Pick<Members, 'roleOf'> },
): void {
  app.get(
    '/api/forges/:provider/logins',
    {
      schema: {
        tags,
        operationId: 'listForgeLogins',
        summary: 'Logins that gave commands in comments or stand for a member',
        params,
        response: { 200: ForgeLoginsView },
      },
    },
    async (request) => {
      const id = forgeConnectionId(principalOf(request).workspaceId, request.params.provider);
      const logins = new Map<string, ForgeLoginView>();
      for (const event of await readWholeStream(store, streamOf('forge', id))) {
        if (!isOf('forge', event)) continue;
        if (event.type !== 'ForgeLoginSeen' && event.type !== 'ForgeLoginMapped') continue;
        const { login } = event.data;
        const key = login.toLowerCase();
        const known = logins.get(key) ?? { login, seenAt: null, personId: null, mapped: null };
        const { actor } = event.meta;
        if (event.type === 'ForgeLoginSeen') logins.set(key, { ...known, seenAt: event.at });
        else logins.set(key, { ...known, personId: event.data.personId, mapped: { by: actor.id, at: event.at } });
      }
      // One that was never heard and stands for nobody any more was a slip of the pen.
      const listed = [...logins.values()].filter(({ seenAt, personId }) => seenAt !== null || personId !== null);
      return { logins: listed.toSorted((a, b) => a.login.localeCompare(b.login)) };
    },
  );

  app.put(
    '/api/forges/:provider/logins/:login',
    {
      schema: {
        tags,
        operationId: 'mapForgeLogin',
        summary: 'Says which member a login stands for, so that its commands have the rights of that one; null: none',
        params: params.extend({ login: ForgeLogin }),
        body: MapLoginRequest,
        response: { 200: CommandAccepted },
      },
    },
    async (request) => {
      const { workspaceId } = principalOf(request);
      const { provider, login } = request.params;
      const { personId } = request.body;
      if (personId !== null && (await members.roleOf(workspaceId, personId)) === null) throw refusal('MEMBER_UNKNOWN');
      const id = forgeConnectionId(workspaceId, provider);
      const position = await commands.run(commandContext(request), {
        stream: streamOf('forge', id),
        decider: forgeConnectionDecider,
        command: { type: 'MapLogin', login, personId },
      });
      return { id, position };
    },
  );
}
