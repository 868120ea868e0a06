import type { AppCredential } from '@claude-codex/contracts';
import { type ApiSettings, type Client, createClient } from '../api/client.ts';
import { appJwt } from './app-jwt.ts';
import type { Clients } from './clients.ts';

/** A client that acts as an app itself, which reaches no repository. Null: the credential is none of an app. */
export type AsApp = (credentialId: string) => Promise<Client | null>;

/** What an app shows of itself is good for nine minutes. */
const KEPT_MS = 7 * 60_000;

export function createAsApp(parts: { clients: Pick<Clients, 'open'>; api: ApiSettings; now(): number }): AsApp {
  const { clients, api, now } = parts;
  const known = new Map<string, { readonly until: number; readonly client: Client }>();

  async function make(app: AppCredential): Promise<Client> {
    return createClient(api, await appJwt(app, now()));
  }

  return async (credentialId) => {
    const before = known.get(credentialId);
    if (before !== undefined && before.until > now()) return before.client;
    known.delete(credentialId);
    const credential = await clients.open(credentialId);
    if (credential.kind !== 'app') return null;
    const client = await make(credential);
    known.set(credentialId, { until: now() + KEPT_MS, client });
    return client;
  };
}
