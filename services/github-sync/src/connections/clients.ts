import { type ForgeBudget, ForgeCredential, ForgeCredentialAnswer, streamOf, subjects } from '@claude-codex/contracts';
import { forgeConnectionDecider } from '@claude-codex/domain';
import { type EventStore, loadState } from '@claude-codex/eventing';
import { ForgeAway, ForgeGone } from '@claude-codex/forges/remote-forge';
import { type Bus, BusRemoteError } from '@claude-codex/service-kit/bus';
import { requestJson } from '@claude-codex/service-kit/bus-json';
import { createSealedInbox } from '@claude-codex/service-kit/secrets/secret-box';
import { RequestError } from '@octokit/request-error';
import { type ApiSettings, type Client, createClient } from '../api/client.ts';
import { tokenFor } from './installation.ts';
import type { Reach } from './reach.ts';

export interface KnownClient extends Client {
  readonly kind: ForgeCredential['kind'];
  readonly token: string;
}

/** `login`: who acts there with it. */
export interface ConnectedClient extends KnownClient {
  readonly credentialId: string;
  readonly login: string;
}

/** Clients of GitHub by the credential they act with, and what they are for. */
export interface Clients {
  /** Throws `ForgeAway` when there is no such credential, nobody opens it, or it does not reach that. */
  of(credentialId: string, reach: Reach): Promise<KnownClient>;
  /** Of a connected workspace; `credentialId` says which one it is now. Throws `ForgeAway`. */
  ofConnection(connectionId: string, reach: Reach): Promise<ConnectedClient>;
  /** What is left of the hour's requests, as GitHub said last: of several clients of a credential the one with least. */
  budget(credentialId: string): Promise<ForgeBudget | null>;
  /** What is kept, in the clear, for this one use. Throws `ForgeAway`. */
  open(credentialId: string): Promise<ForgeCredential>;
}

interface Entry {
  /** Ms since 1970, when it is not used any more. */
  until: number;
  readonly client: Promise<KnownClient>;
}

/** A disconnected or replaced token is not kept for longer than this. */
const KEPT_MS = 10 * 60_000;
/** A token of an app is not begun with that ends while it is in use. */
const EARLY_MS = 5 * 60_000;
const TIMEOUT_MS = 5_000;

/** Credentials are opened for this process when they are first needed, and live in its memory only. */
export function createClients(ports: { bus: Bus; store: EventStore; api: ApiSettings; now(): number }): Clients {
  const { bus, store, api, now } = ports;
  const known = new Map<string, Entry>();

  async function of(credentialId: string, reach: Reach): Promise<KnownClient> {
    sweep(known, now());
    const key = keyOf(credentialId, reach);
    // Of a token there is one client, whatever it is for.
    const before = known.get(credentialId) ?? known.get(key);
    if (before !== undefined) return before.client;
    const making = make(credentialId, reach);
    const entry = { until: now() + KEPT_MS, client: making };
    known.set(key, entry);
    try {
      const client = await making;
      entry.until = client.until;
      if (client.kind === 'token') known.set(credentialId, entry);
      // Taken back before its end, as when the app was suspended: the next one says why.
      client.octokit.hook.error('request', (error) => {
        if (client.kind === 'app' && error instanceof RequestError && error.status === 401) known.delete(key);
        throw error;
      });
      return client;
    } catch (error) {
      known.delete(key);
      throw error;
    }
  }

  async function make(credentialId: string, reach: Reach): Promise<KnownClient & { readonly until: number }> {
    const credential = await open(credentialId);
    if (credential.kind === 'token') {
      const { token } = credential;
      return { ...(await createClient(api, token)), kind: 'token', token, until: now() + KEPT_MS };
    }
    const { token, expiresAt } = await tokenFor(api, credential, reach, now());
    return { ...(await createClient(api, token)), kind: 'app', token, until: expiresAt - EARLY_MS };
  }

  async function open(credentialId: string): Promise<ForgeCredential> {
    const inbox = await createSealedInbox();
    const request = { credentialId, publicKey: inbox.publicKey };
    try {
      const subject = subjects.secrets.forgeCredential;
      const { sealed } = await requestJson(bus, subject, request, ForgeCredentialAnswer, { timeoutMs: TIMEOUT_MS });
      return ForgeCredential.parse(JSON.parse(inbox.openSealed(sealed)));
    } catch (cause) {
      if (cause instanceof BusRemoteError) {
        throw new ForgeAway('forge_credential_refused', 'The credential of this connection is not there any more.', {
          cause,
        });
      }
      throw new ForgeAway('forge_away', 'The credential of this connection cannot be opened now.', { cause });
    }
  }

  return {
    of,
    open,
    async budget(credentialId) {
      const mine = [...known].filter(([key]) => key === credentialId || key.startsWith(`${credentialId} `));
      const clients = await Promise.allSettled(mine.map(([, { client }]) => client));
      const budgets = clients.flatMap((one) => (one.status === 'fulfilled' ? (one.value.budget() ?? []) : []));
      return budgets.toSorted((a, b) => a.remaining - b.remaining)[0] ?? null;
    },
    async ofConnection(connectionId, reach) {
      const connection = await loadState(store, streamOf('forge', connectionId), forgeConnectionDecider);
      if (connection.status !== 'connected') {
        throw new ForgeGone('forge_credential_refused', 'This workspace is not connected to GitHub any more.');
      }
      const { credentialId, login } = connection;
      return { ...(await of(credentialId, reach)), credentialId, login };
    },
  };
}

function keyOf(credentialId: string, reach: Reach): string {
  const place = reach.purpose === 'find' ? '' : reach.slug.toLowerCase();
  return `${credentialId} ${reach.purpose} ${place}`;
}

/** What is over is not kept in memory until somebody asks for the same again. */
function sweep(known: Map<string, Entry>, now: number): void {
  for (const [key, { until }] of known) if (until <= now) known.delete(key);
}
