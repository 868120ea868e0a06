import {
  BeginForgeAppRequest,
  CommandAccepted,
  ForgeAppBegun,
  ForgeAppMade,
  ForgeAppPlan,
  InstalledForgeAppRequest,
  MadeForgeAppRequest,
  RemoteForge,
} from '@claude-codex/contracts';
import { forgeConnectionId } from '@claude-codex/service-kit/forge-connection-id';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { principalOf } from '../../access/principal.ts';
import { commandContext } from '../../commands/commands.ts';
import { refusal } from '../../commands/problems.ts';
import type { Deps } from '../../deps.ts';
import { createAskForge } from '../ask-forge.ts';
import { createConnecting } from '../connecting.ts';
import type { ForgeCredentials } from '../credentials.ts';
import type { Beginner, BegunApp, BegunApps } from './begun-apps.ts';
import { isReachable, manifestOf, nameFor } from './manifest.ts';

const tags = ['forges'];
const params = z.object({ provider: RemoteForge });

type Parts = Deps & { credentials: ForgeCredentials; begun: BegunApps; publicUrl: URL };

/**
 * A workspace's own app at a forge, made there from a description of ours: begun here, agreed to and installed there by
 * the same person, and connected with here. The browser carries a state and codes, never a secret. Each step may be
 * repeated.
 */
export function addForgeAppRoutes(app: HttpServer, deps: Parts): void {
  const { bus, begun, publicUrl, positions } = deps;
  const forge = createAskForge(bus);
  const connecting = createConnecting(deps);

  app.get(
    '/api/forges/:provider/app',
    {
      schema: {
        tags,
        operationId: 'planForgeApp',
        summary: 'What an app of the workspace would be called, and where it would be made',
        params,
        response: { 200: ForgeAppPlan },
      },
    },
    async ({ params: { provider } }) => ({
      webUrl: await forge.site(provider),
      name: nameFor(publicUrl),
      webhook: isReachable(publicUrl),
    }),
  );

  app.post(
    '/api/forges/:provider/app',
    {
      schema: {
        tags,
        operationId: 'beginForgeApp',
        summary: 'Begins an app: a form with the manifest is to be sent to the address by the browser, within the hour',
        params,
        body: BeginForgeAppRequest,
        response: { 200: ForgeAppBegun },
      },
    },
    async (request) => {
      const { name, organization } = request.body;
      const webUrl = await forge.site(request.params.provider);
      const state = await begun.begin(beginnerOf(request, request.params.provider));
      const owner = organization === null ? '' : `/organizations/${encodeURIComponent(organization)}`;
      const action = `${webUrl}${owner}/settings/apps/new?state=${state}`;
      return { action, manifest: JSON.stringify(manifestOf(name, publicUrl)) };
    },
  );

  app.post(
    '/api/forges/:provider/app/code',
    {
      schema: {
        tags,
        operationId: 'takeForgeApp',
        summary: 'Takes over the app that the code stands for; gives where it is to be installed',
        params,
        body: MadeForgeAppRequest,
        response: { 200: ForgeAppMade },
      },
    },
    async (request) => {
      const { provider } = request.params;
      const { state, code } = request.body;
      const beginner = beginnerOf(request, provider);
      const found = await begunOf(beginner, state);
      return { installUrl: withState(found.installUrl ?? (await take(beginner, state, found, code)), state) };
    },
  );

  app.post(
    '/api/forges/:provider/app/installation',
    {
      schema: {
        tags,
        operationId: 'connectForgeApp',
        summary: 'Connects the workspace by its app, where that was installed; replaces the credential of before',
        params,
        body: InstalledForgeAppRequest,
        response: { 200: CommandAccepted },
      },
    },
    async (request) => {
      const { provider } = request.params;
      const { state, installationId } = request.body;
      const beginner = beginnerOf(request, provider);
      const { workspaceId, personId } = beginner;
      const { id, installationId: before } = await begunOf(beginner, state);
      if (before === installationId) {
        return { id: forgeConnectionId(workspaceId, provider), position: positions.current().position };
      }
      const credential = await begun.open(id);
      if (credential === null) throw refusal('FORGE_APP_STATE');
      const place = { workspaceId, provider, createdBy: personId };
      const credentialId = idFrom(id, installationId, 'forge-credential');
      const asked = { field: 'body.installationId', expected: 'an installation of the app that was made' };
      const installed = { ...credential, installationId };
      const done = await connecting.connect(commandContext(request), { ...place, credentialId }, installed, asked);
      await begun.finish(id, installationId);
      return done;
    },
  );

  /** @returns where it is to be installed */
  async function take(beginner: Beginner, state: string, { id }: BegunApp, code: string): Promise<string> {
    const { provider } = beginner;
    try {
      const { slug, credential } = await forge.convertApp(provider, code, 'body.code');
      const installUrl = `${await forge.site(provider)}/apps/${encodeURIComponent(slug)}/installations/new`;
      await begun.keep(id, credential, installUrl);
      return installUrl;
    } catch (error) {
      // A code is good once, and the same page may have been there twice.
      const again = await begun.find(beginner, state);
      if (again?.installUrl) return again.installUrl;
      throw error;
    }
  }

  async function begunOf(beginner: Beginner, state: string): Promise<BegunApp> {
    const found = await begun.find(beginner, state);
    if (found === null) throw refusal('FORGE_APP_STATE');
    return found;
  }
}

function beginnerOf(request: FastifyRequest, provider: RemoteForge): Beginner {
  const { workspaceId, personId } = principalOf(request);
  return { workspaceId, personId, provider };
}

function withState(address: string, state: string): string {
  return `${address}?state=${encodeURIComponent(state)}`;
}
