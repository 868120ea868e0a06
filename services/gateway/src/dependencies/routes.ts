import {
  CommandAccepted,
  DeclineDependencyRequest,
  Id,
  ProvideDependencyRequest,
  SecretsKeyView,
} from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { dependencyDecider } from '@claude-codex/domain/dependency/decide';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { idFrom } from '@claude-codex/service-kit/ids';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import { commandContext } from '../commands/commands.ts';
import type { Deps } from '../deps.ts';
import { openSealed, sealedValueInvalid } from '../secrets/open-sealed.ts';
import { createSecretStore } from '../secrets/secret-store.ts';
import { requestedDependency } from './requested-dependency.ts';

const tags = ['dependencies'];
const params = z.object({ id: Id });
/** Longer than any key, shorter than a file: a value ends up in an environment variable. */
const MAX_VALUE_BYTES = 100_000;

/** What an agent asked for: provide it, sealed in the browser, or decline. */
export function addDependencyRoutes(app: HttpServer, deps: Deps): void {
  const { commands, secrets, store, pool } = deps;
  const kept = createSecretStore({ pool, secrets });

  app.get(
    '/api/secrets/key',
    {
      schema: {
        tags,
        operationId: 'getSecretsKey',
        summary: 'The key to seal values with (libsodium crypto_box_seal)',
        response: { 200: SecretsKeyView },
      },
    },
    async () => ({ publicKey: (await secrets()).publicKey }),
  );

  /** The value is kept first: an event that names a secret nobody has would leave the agent waiting for ever. */
  app.post(
    '/api/dependencies/:id/provide',
    {
      schema: {
        tags,
        operationId: 'provideDependency',
        params,
        body: ProvideDependencyRequest,
        response: { 200: CommandAccepted },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { remember, sealed } = request.body;
      const principal = principalOf(request);
      const stream = streamOf('dependency', id);
      await commands.own(principal, stream, 'DEPENDENCY_NOT_FOUND');
      const value = await opened(sealed);
      const { name, taskId, repositoryId } = await requestedDependency(store, id);
      const context = commandContext(request);
      const secretId = idFrom(context.commandId, 'secret');
      const { workspaceId, personId } = principal;
      await kept.put({ secretId, workspaceId, repositoryId, taskId, name, remember, createdBy: personId }, value);
      try {
        const command = { type: 'ProvideDependency' as const, secretId, remember };
        return { id, position: await commands.run(context, { stream, decider: dependencyDecider, command }) };
      } catch (error) {
        // Refused for certain, so nothing names it. When the outcome is unknown the value stays.
        if (error instanceof Problem && error.code === 'DEPENDENCY_ALREADY_RESOLVED') await kept.remove(secretId);
        throw error;
      }
    },
  );

  app.post(
    '/api/dependencies/:id/decline',
    {
      schema: {
        tags,
        operationId: 'declineDependency',
        params,
        body: DeclineDependencyRequest,
        response: { 200: CommandAccepted },
      },
    },
    async (request) => {
      const { id } = request.params;
      const stream = streamOf('dependency', id);
      await commands.own(principalOf(request), stream, 'DEPENDENCY_NOT_FOUND');
      const command = { type: 'DeclineDependency' as const, reason: request.body.reason };
      return {
        id,
        position: await commands.run(commandContext(request), { stream, decider: dependencyDecider, command }),
      };
    },
  );

  async function opened(sealed: string): Promise<string> {
    const value = await openSealed(secrets, sealed);
    if (value === '' || value.includes('\0') || Buffer.byteLength(value) > MAX_VALUE_BYTES) {
      throw sealedValueInvalid('a value of 1 to 100,000 bytes without NUL');
    }
    return value;
  }
}
