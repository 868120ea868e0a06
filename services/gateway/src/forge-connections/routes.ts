import {
  CommandAccepted,
  ConnectForgeRequest,
  ForgeBudgetView,
  ForgeRepositoriesAnswer,
  ForgeRepositoriesRequest,
  ForgesView,
  RemoteForge,
} from '@claude-codex/contracts';
import { forgeConnectionId } from '@claude-codex/service-kit/forge-connection-id';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { idFrom } from '@claude-codex/service-kit/ids';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import { commandContext } from '../commands/commands.ts';
import { refusal } from '../commands/problems.ts';
import type { Deps } from '../deps.ts';
import { MinPosition, waitFor } from '../reads/min-position.ts';
import { openSealed, sealedValueInvalid } from '../secrets/open-sealed.ts';
import { createAskForge } from './ask-forge.ts';
import { createConnecting } from './connecting.ts';
import { connectedTo, connectionOf } from './connection.ts';
import type { ForgeCredentials } from './credentials.ts';

const tags = ['forges'];
const params = z.object({ provider: RemoteForge });
const accepted = { response: { 200: CommandAccepted } };
/** It is sent in a header, so nothing that could end one gets in. Longer than any forge makes them. */
const TOKEN = /^[\x21-\x7e]{1,500}$/;

/** Connections of the workspace to forges: made with a token that was looked at first, and what they reach. */
export function addForgeRoutes(app: HttpServer, deps: Deps & { credentials: ForgeCredentials }): void {
  const { reads, positions, store, bus, secrets } = deps;
  const forge = createAskForge(bus);
  const { run, connect, forgetUnused } = createConnecting(deps);

  app.get(
    '/api/forges',
    { schema: { tags, operationId: 'listForges', querystring: MinPosition, response: { 200: ForgesView } } },
    async (request) => {
      await waitFor(positions, request.query.min_position);
      const asOf = positions.current();
      return { ...asOf, forges: await reads.forges(principalOf(request).workspaceId) };
    },
  );

  app.put(
    '/api/forges/:provider',
    {
      schema: {
        tags,
        operationId: 'connectForge',
        summary: 'Connects the workspace to a forge with a token, after a look at it; replaces the token of before',
        params,
        body: ConnectForgeRequest,
        ...accepted,
      },
    },
    async (request) => {
      const { provider } = request.params;
      const { workspaceId, personId } = principalOf(request);
      const token = (await openSealed(secrets, request.body.sealed)).trim();
      if (!TOKEN.test(token)) throw noToken();
      const context = commandContext(request);
      const credentialId = idFrom(context.commandId, 'forge-credential');
      const place = { credentialId, workspaceId, provider, createdBy: personId };
      return connect(context, place, { kind: 'token', token }, { field: 'body.sealed' });
    },
  );

  app.delete(
    '/api/forges/:provider',
    {
      schema: {
        tags,
        operationId: 'disconnectForge',
        summary: 'Ends the connection and forgets its token; refused while tasks of its repositories are under way',
        params,
        ...accepted,
      },
    },
    async (request) => {
      const { provider } = request.params;
      const { workspaceId } = principalOf(request);
      const ended = (await connectionOf(store, workspaceId, provider))?.credentialId;
      if (await inUse(workspaceId, forgeConnectionId(workspaceId, provider))) throw refusal('FORGE_IN_USE');
      const done = await run(commandContext(request), provider, { type: 'DisconnectForge' });
      await forgetUnused(workspaceId, provider, [ended]);
      return done;
    },
  );

  app.get(
    '/api/forges/:provider/budget',
    {
      schema: {
        tags,
        operationId: 'testForge',
        summary: 'Looks again whether the forge takes the token, and how much may still be asked there',
        params,
        response: { 200: ForgeBudgetView },
      },
    },
    async (request) => {
      const { provider } = request.params;
      const { credentialId, refused } = await connectedTo(store, principalOf(request).workspaceId, provider);
      const { login, budget, app: asApp } = await forge.look(provider, credentialId);
      // Nobody reads beside a good test that the credential is refused.
      if (refused !== null) await run(commandContext(request), provider, { type: 'RecordAcceptance', credentialId });
      return { login, budget, app: asApp };
    },
  );

  app.get(
    '/api/forges/:provider/repositories',
    {
      schema: {
        tags,
        operationId: 'listForgeRepositories',
        summary: 'Repositories the connection sees, the last pushed to first',
        params,
        querystring: z.strictObject({ text: ForgeRepositoriesRequest.shape.text.default('') }),
        response: { 200: ForgeRepositoriesAnswer },
      },
    },
    async (request) => {
      const { provider } = request.params;
      const { credentialId } = await connectedTo(store, principalOf(request).workspaceId, provider);
      return forge.repositories(provider, credentialId, request.query.text);
    },
  );

  async function inUse(workspaceId: string, connectionId: string): Promise<boolean> {
    const repositories = await reads.repositories(workspaceId);
    const there = repositories.filter(({ source }) => source.kind === 'forge' && source.connectionId === connectionId);
    const open = await Promise.all(there.map(({ id }) => reads.openTasksOf(id)));
    return open.some((tasks) => tasks > 0);
  }
}

function noToken() {
  const detail = 'That is not a token: one is a single word of letters, digits and signs. Copy all of it again.';
  return sealedValueInvalid('a token of 1 to 500 visible ASCII characters', undefined, detail);
}
