import { RemoteForge, ResyncAnswer } from '@claude-codex/contracts';
import { forgeConnectionId } from '@claude-codex/service-kit/forge-connection-id';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import type { Deps } from '../deps.ts';
import { createAskForge } from './ask-forge.ts';
import { connectedTo } from './connection.ts';

const tags = ['forges'];
const params = z.object({ provider: RemoteForge });

/** Every followed pull request of the workspace's connection is looked at once, whatever was heard of it. */
export function addResyncRoutes(app: HttpServer, { bus, store }: Pick<Deps, 'bus' | 'store'>): void {
  const forge = createAskForge(bus);

  async function ask(workspaceId: string, provider: RemoteForge, start: boolean): Promise<ResyncAnswer> {
    await connectedTo(store, workspaceId, provider);
    return forge.resync(provider, { connectionId: forgeConnectionId(workspaceId, provider), start });
  }

  app.post(
    '/api/forges/:provider/resync',
    {
      schema: {
        tags,
        operationId: 'startResync',
        summary: 'Looks at every followed pull request of the connection once; a round that is under way goes on',
        params,
        response: { 200: ResyncAnswer },
      },
    },
    (request) => ask(principalOf(request).workspaceId, request.params.provider, true),
  );

  app.get(
    '/api/forges/:provider/resync',
    {
      schema: {
        tags,
        operationId: 'getResync',
        summary: 'How far the last such round is; null when none was begun since the service started',
        params,
        response: { 200: ResyncAnswer },
      },
    },
    (request) => ask(principalOf(request).workspaceId, request.params.provider, false),
  );
}
