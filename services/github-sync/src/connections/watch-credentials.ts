import { streamOf, systemActor } from '@claude-codex/contracts';
import { type ForgeConnectionCommand, forgeConnectionDecider } from '@claude-codex/domain';
import { type EventStore, handleCommand, loadState } from '@claude-codex/eventing';
import { ForgeAway } from '@claude-codex/forges/remote-forge';
import { newId } from '@claude-codex/service-kit/ids';
import type { Logger } from '@claude-codex/service-kit/log';
import { RequestError } from '@octokit/request-error';
import type { GithubClient } from '../api/client.ts';
import type { Clients } from './clients.ts';
import { OutOfReach } from './installation.ts';

/** Says in the log when GitHub takes a connection's credential no more, and when it takes it again. */
export function watchCredentials(
  clients: Pick<Clients, 'ofConnection'>,
  parts: { store: EventStore; log: Logger },
): Pick<Clients, 'ofConnection'> {
  const watched = new WeakSet<GithubClient>();
  /** By credential: what was said of it last. */
  const taken = new Map<string, boolean>();

  async function say(connectionId: string, credentialId: string, detail: string | null): Promise<void> {
    if (taken.get(credentialId) === (detail === null)) return;
    taken.set(credentialId, detail === null);
    const command: ForgeConnectionCommand =
      detail === null ? { type: 'RecordAcceptance', credentialId } : { type: 'RecordRefusal', credentialId, detail };
    try {
      await record(parts.store, connectionId, command);
    } catch (error) {
      taken.delete(credentialId);
      parts.log.warn({ err: error, connectionId }, 'what became of a credential could not be written down; will retry');
    }
  }

  async function sayOfNow(connectionId: string, detail: string): Promise<void> {
    const connection = await loadState(parts.store, streamOf('forge', connectionId), forgeConnectionDecider);
    if (connection.status === 'connected') await say(connectionId, connection.credentialId, detail);
  }

  return {
    async ofConnection(connectionId, reach) {
      const client = await clients.ofConnection(connectionId, reach).catch(async (error: unknown) => {
        // An app is refused before there is a client that could be watched.
        if (isRefusal(error)) await sayOfNow(connectionId, error.message);
        throw error;
      });
      const { octokit, credentialId } = client;
      if (watched.has(octokit)) return client;
      watched.add(octokit);
      octokit.hook.after('request', () => say(connectionId, credentialId, null));
      octokit.hook.error('request', async (error) => {
        if (error instanceof RequestError && error.status === 401) await say(connectionId, credentialId, error.message);
        throw error;
      });
      return client;
    },
  };
}

/** Of the credential as a whole: that one repository is out of its reach says nothing of the others. */
function isRefusal(error: unknown): error is ForgeAway {
  return error instanceof ForgeAway && error.why === 'forge_credential_refused' && !(error instanceof OutOfReach);
}

async function record(store: EventStore, connectionId: string, command: ForgeConnectionCommand): Promise<void> {
  const stream = streamOf('forge', connectionId);
  const [first] = await store.readStream(stream, { limit: 1 });
  if (first === undefined) return;
  const { workspaceId, correlationId } = first.meta;
  const actor = systemActor('github-sync');
  const meta = { actor, causedBy: null, correlationId, causationId: first.eventId, workspaceId };
  await handleCommand(store, { commandId: newId(), meta, stream, decider: forgeConnectionDecider, command });
}
