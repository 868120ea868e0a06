import type { AppCredential } from '@claude-codex/contracts';
import { ForgeCredential, type RemoteForge } from '@claude-codex/contracts';
import { newId } from '@claude-codex/service-kit/ids';
import type { SecretBoxOnDemand } from '@claude-codex/service-kit/secrets/secret-box';
import type { Pool } from 'pg';
import { hashToken, newToken } from '../../accounts/random-token.ts';

/** Whose it is: nobody else goes on with it, wherever they got the state from. */
export interface Beginner {
  readonly workspaceId: string;
  readonly provider: RemoteForge;
  readonly personId: string;
}

export interface BegunApp {
  readonly id: string;
  /** Null until it was made at the forge. */
  readonly installUrl: string | null;
  /** What it was connected with; null until then. */
  readonly installationId: number | null;
}

/** Apps on their way between here and a forge, for an hour. Only ciphertext of their secrets reaches the database. */
export interface BegunApps {
  /** @returns the state that the browser carries to the forge and back; only its hash is kept */
  begin(of: Beginner): Promise<string>;
  /** Null: no such state, of somebody else, or older than an hour. */
  find(of: Beginner, state: string): Promise<BegunApp | null>;
  /** It was made there; one that is there already stays. */
  keep(id: string, credential: AppCredential, installUrl: string): Promise<void>;
  /** Null as long as it was not made, and once it is connected with. */
  open(id: string): Promise<AppCredential | null>;
  /** It is connected with: its secrets are kept where it is used, and not here. */
  finish(id: string, installationId: number): Promise<void>;
  /** Removes what nobody went on with within the hour. */
  removeOld(): Promise<void>;
}

const LASTS = "interval '1 hour'";

export function createBegunApps({ pool, secrets }: { pool: Pool; secrets: SecretBoxOnDemand }): BegunApps {
  return {
    async begin({ workspaceId, provider, personId }) {
      const state = newToken('');
      await pool.query(
        `insert into accounts.forge_app_begun (id, workspace_id, provider, person_id, state_hash)
         values ($1, $2, $3, $4, $5)`,
        [newId(), workspaceId, provider, personId, hashToken(state)],
      );
      return state;
    },
    async find({ workspaceId, provider, personId }, state) {
      const { rows } = await pool.query<{ id: string; installUrl: string | null; installationId: string | null }>(
        `select id, install_url as "installUrl", installation_id::text as "installationId"
         from accounts.forge_app_begun where state_hash = $1 and workspace_id = $2 and provider = $3 and person_id = $4
         and begun_at > now() - ${LASTS}`,
        [hashToken(state), workspaceId, provider, personId],
      );
      const [row] = rows;
      if (row === undefined) return null;
      return { ...row, installationId: row.installationId === null ? null : Number(row.installationId) };
    },
    async keep(id, credential, installUrl) {
      const ciphertext = (await secrets()).encryptAtRest(JSON.stringify(credential), id);
      await pool.query(
        `update accounts.forge_app_begun set ciphertext = $2, install_url = $3 where id = $1 and install_url is null`,
        [id, ciphertext, installUrl],
      );
    },
    async open(id) {
      const { rows } = await pool.query<{ ciphertext: string | null }>(
        'select ciphertext from accounts.forge_app_begun where id = $1',
        [id],
      );
      const ciphertext = rows[0]?.ciphertext ?? null;
      if (ciphertext === null) return null;
      const credential = ForgeCredential.parse(JSON.parse((await secrets()).decryptAtRest(ciphertext, id)));
      return credential.kind === 'app' ? credential : null;
    },
    async finish(id, installationId) {
      await pool.query('update accounts.forge_app_begun set installation_id = $2, ciphertext = null where id = $1', [
        id,
        installationId,
      ]);
    },
    async removeOld() {
      await pool.query(`delete from accounts.forge_app_begun where begun_at <= now() - ${LASTS}`);
    },
  };
}
