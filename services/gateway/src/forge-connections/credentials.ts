import { ForgeCredential, type ForgeWebhooks, type RemoteForge } from '@claude-codex/contracts';
import { type SecretBox, type SecretBoxOnDemand, SecretUnreadable } from '@claude-codex/service-kit/secrets/secret-box';
import type { Pool } from 'pg';

export interface CredentialPlace {
  credentialId: string;
  workspaceId: string;
  provider: RemoteForge;
  createdBy: string;
}

/** What workspaces act with at forges. Only ciphertext reaches the database; the key to it does not. */
export interface ForgeCredentials {
  /** The same id again changes nothing. */
  put(place: CredentialPlace, credential: ForgeCredential): Promise<void>;
  /** Null: there is none. Throws `SecretUnreadable` when it was kept with another master key. */
  open(credentialId: string): Promise<ForgeCredential | null>;
  /** What the apps of all workspaces at a forge sign their deliveries with. One that cannot be read is left out. */
  webhooks(provider: RemoteForge): Promise<ForgeWebhooks>;
  /**
   * Removes what nothing uses: of a workspace and forge all of `ids` but the one `inUse`, and what a process left behind
   * that died while it looked.
   */
  removeUnused(of: {
    workspaceId: string;
    provider: RemoteForge;
    inUse: string | null;
    ids: readonly string[];
  }): Promise<void>;
}

export function createForgeCredentials({
  pool,
  secrets,
}: {
  pool: Pool;
  secrets: SecretBoxOnDemand;
}): ForgeCredentials {
  return {
    async put({ credentialId, workspaceId, provider, createdBy }, credential) {
      const ciphertext = (await secrets()).encryptAtRest(JSON.stringify(credential), credentialId);
      await pool.query(
        `insert into accounts.forge_credential (id, workspace_id, provider, ciphertext, created_by)
         values ($1, $2, $3, $4, $5) on conflict (id) do nothing`,
        [credentialId, workspaceId, provider, ciphertext, createdBy],
      );
    },
    async open(credentialId) {
      const { rows } = await pool.query<{ ciphertext: string }>(
        'select ciphertext from accounts.forge_credential where id = $1',
        [credentialId],
      );
      const row = rows[0];
      if (row === undefined) return null;
      return ForgeCredential.parse(JSON.parse((await secrets()).decryptAtRest(row.ciphertext, credentialId)));
    },
    async webhooks(provider) {
      const { rows } = await pool.query<{ id: string; ciphertext: string }>(
        'select id, ciphertext from accounts.forge_credential where provider = $1',
        [provider],
      );
      const box = await secrets();
      return rows.flatMap(({ id, ciphertext }) => {
        const credential = readable(box, ciphertext, id);
        if (credential?.kind !== 'app' || credential.webhookSecret === null) return [];
        return [{ appId: credential.appId, credentialId: id, secret: credential.webhookSecret }];
      });
    },
    async removeUnused({ workspaceId, provider, inUse, ids }) {
      // One that somebody connects with at this moment is looked at for 20 s at most before an event names it.
      await pool.query(
        `delete from accounts.forge_credential where workspace_id = $1 and provider = $2 and id is distinct from $3
         and (id = any($4) or created_at < now() - interval '1 minute')`,
        [workspaceId, provider, inUse, ids],
      );
    },
  };
}

/** Null for what was kept with another master key: its workspace hears of that when it acts. */
function readable(box: SecretBox, ciphertext: string, id: string): ForgeCredential | null {
  try {
    return ForgeCredential.parse(JSON.parse(box.decryptAtRest(ciphertext, id)));
  } catch (error) {
    if (error instanceof SecretUnreadable) return null;
    throw error;
  }
}
