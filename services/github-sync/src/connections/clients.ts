import { ForgeCredential, ForgeCredentialAnswer, streamOf, subjects } from '@claude-codex/contracts';
import { forgeConnectionDecider } from '@claude-codex/domain';
import { type EventStore, loadState } from '@claude-codex/eventing';
import { ForgeAway, ForgeGone } from '@claude-codex/forges/remote-forge';
import { type Bus, BusRemoteError } from '@claude-codex/service-kit/bus';
import { requestJson } from '@claude-codex/service-kit/bus-json';
import { createSealedInbox } from '@claude-codex/service-kit/secrets/secret-box';
import { type ApiSettings, type Client, createClient } from '../api/client.ts';

/** `login`: who acts there with it. */
export type ConnectedClient = Client & {
  readonly token: string;
  readonly credentialId: string;
  readonly login: string;
};

/** Clients of GitHub by the credential they act with. */
export interface Clients {
  /** Throws `ForgeAway` when there is no such credential, or nobody opens it. */
  of(credentialId: string): Promise<Client & { readonly token: string }>;
  /** Of a connected workspace; `credentialId` says which one it is now. Throws `ForgeAway`. */
  ofConnection(connectionId: string): Promise<ConnectedClient>;
}

type Known = Client & { readonly token: string };

/** A disconnected or replaced one is not kept for longer than this. */
const KEPT_MS = 10 * 60_000;
const TIMEOUT_MS = 5_000;

/** Credentials are opened for this process when they are first needed, and live in its memory only. */
export function createClients(ports: { bus: Bus; store: EventStore; api: ApiSettings; now(): number }): Clients {
  const { bus, store, api, now } = ports;
  const known = new Map<string, { readonly at: number; readonly client: Promise<Known> }>();

  async function of(credentialId: string): Promise<Known> {
    const before = known.get(credentialId);
    if (before !== undefined && now() - before.at < KEPT_MS) return before.client;
    const client = open(credentialId);
    known.set(credentialId, { at: now(), client });
    try {
      return await client;
    } catch (error) {
      known.delete(credentialId);
      throw error;
    }
  }

  async function open(credentialId: string): Promise<Known> {
    const inbox = await createSealedInbox();
    const request = { credentialId, publicKey: inbox.publicKey };
    try {
      const subject = subjects.secrets.forgeCredential;
      const { sealed } = await requestJson(bus, subject, request, ForgeCredentialAnswer, { timeoutMs: TIMEOUT_MS });
      const { token } = ForgeCredential.parse(JSON.parse(inbox.openSealed(sealed)));
      return { ...(await createClient(api, token)), token };
    } catch (cause) {
      if (cause instanceof BusRemoteError) {
        throw new ForgeAway('forge_credential_refused', 'The token of this connection is not there any more.', {
          cause,
        });
      }
      throw new ForgeAway('forge_away', 'The token of this connection cannot be opened now.', { cause });
    }
  }

  return {
    of,
    async ofConnection(connectionId) {
      const connection = await loadState(store, streamOf('forge', connectionId), forgeConnectionDecider);
      if (connection.status !== 'connected') {
        throw new ForgeGone('forge_credential_refused', 'This workspace is not connected to GitHub any more.');
      }
      const { credentialId, login } = connection;
      return { ...(await of(credentialId)), credentialId, login };
    },
  };
}
