import type { CommandAccepted, ForgeCredential, RemoteForge } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { type ForgeConnectionCommand, forgeConnectionDecider } from '@claude-codex/domain/forge-connection/index';
import { forgeConnectionId } from '@claude-codex/service-kit/forge-connection-id';
import type { CommandContext } from '../commands/commands.ts';
import type { Deps } from '../deps.ts';
import { createAskForge, type Look } from './ask-forge.ts';
import { connectionOf } from './connection.ts';
import type { CredentialPlace, ForgeCredentials } from './credentials.ts';

/** Where a look at a credential says no: the field of the request it came by, and what belongs there. */
export interface Asked {
  readonly field: string;
  readonly expected?: string;
}

export interface Connecting {
  run(context: CommandContext, provider: RemoteForge, command: ForgeConnectionCommand): Promise<CommandAccepted>;
  /** Looks at a credential and connects the workspace with it; the one of before is forgotten, or this one when it is refused. */
  connect(
    context: CommandContext,
    place: CredentialPlace,
    credential: ForgeCredential,
    asked: Asked,
  ): Promise<CommandAccepted>;
  /** Of `ids`, forgets those that the newest event does not name. */
  forgetUnused(workspaceId: string, provider: RemoteForge, ids: readonly (string | undefined)[]): Promise<void>;
}

export function createConnecting(deps: Pick<Deps, 'commands' | 'store' | 'bus'> & { credentials: ForgeCredentials }) {
  const { commands, store, bus, credentials } = deps;
  const forge = createAskForge(bus);

  const connecting: Connecting = {
    async run(context, provider, command) {
      const id = forgeConnectionId(context.meta.workspaceId, provider);
      const target = { stream: streamOf('forge', id), decider: forgeConnectionDecider, command };
      return { id, position: await commands.run(context, target) };
    },
    async connect(context, place, credential, { field, expected }) {
      const { credentialId, workspaceId, provider } = place;
      // Kept first, because the service that looks asks for it by its id.
      await credentials.put(place, credential);
      const replaced = (await connectionOf(store, workspaceId, provider))?.credentialId;
      let look: Look;
      try {
        look = await forge.look(provider, credentialId, field, expected);
      } catch (error) {
        await connecting.forgetUnused(workspaceId, provider, [credentialId]);
        throw error;
      }
      const { login, webUrl } = look;
      const command = { type: 'ConnectForge', provider, webUrl, credentialId, login } as const;
      const done = await connecting.run(context, provider, command);
      await connecting.forgetUnused(workspaceId, provider, [replaced, credentialId]);
      return done;
    },
    async forgetUnused(workspaceId, provider, ids) {
      const inUse = (await connectionOf(store, workspaceId, provider))?.credentialId ?? null;
      const given = ids.filter((id) => id !== undefined);
      await credentials.removeUnused({ workspaceId, provider, inUse, ids: given });
    },
  };
  return connecting;
}
