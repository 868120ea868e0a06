import type { SecretBoxOnDemand } from '@claude-codex/service-kit/secrets/secret-box';
import type { Pool } from 'pg';

export interface SecretPlace {
  secretId: string;
  workspaceId: string;
  repositoryId: string;
  taskId: string;
  name: string;
  remember: 'task' | 'repository' | 'workspace';
  createdBy: string;
}

/** Values people gave to agents. Only ciphertext reaches the database; the key to it does not. */
export interface SecretStore {
  /** The same id again changes nothing. */
  put(place: SecretPlace, value: string): Promise<void>;
  open(secretId: string): Promise<(Omit<SecretPlace, 'createdBy'> & { value: string }) | null>;
  remove(secretId: string): Promise<void>;
  /** Says that a task's agents were given it. */
  used(secretId: string, taskId: string): Promise<void>;
}

export function createSecretStore({ pool, secrets }: { pool: Pool; secrets: SecretBoxOnDemand }): SecretStore {
  return {
    async put(place, value) {
      const { secretId, workspaceId, repositoryId, taskId, name, remember, createdBy } = place;
      const ciphertext = (await secrets()).encryptAtRest(value, secretId);
      await pool.query(
        `insert into accounts.secret (id, workspace_id, repository_id, task_id, name, remember, ciphertext, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing`,
        [secretId, workspaceId, repositoryId, taskId, name, remember, ciphertext, createdBy],
      );
    },
    async open(secretId) {
      const { rows } = await pool.query<Omit<SecretPlace, 'createdBy'> & { ciphertext: string }>(
        `select id as "secretId", workspace_id as "workspaceId", repository_id as "repositoryId", task_id as "taskId",
           name, remember, ciphertext from accounts.secret where id = $1`,
        [secretId],
      );
      const row = rows[0];
      if (row === undefined) return null;
      const { ciphertext, ...place } = row;
      return { ...place, value: (await secrets()).decryptAtRest(ciphertext, secretId) };
    },
    async remove(secretId) {
      await pool.query('delete from accounts.secret where id = $1', [secretId]);
    },
    async used(secretId, taskId) {
      await pool.query(
        `insert into accounts.secret_use (secret_id, task_id) values ($1, $2)
         on conflict (secret_id, task_id) do update set used_at = now()`,
        [secretId, taskId],
      );
    },
  };
}
