import { Preferences, PreferencesRequest } from '@claude-codex/contracts';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import type { Pool } from 'pg';
import { principalOf } from '../access/principal.ts';

const tags = ['accounts'];
const DEFAULTS: Preferences = { theme: 'system', editor: 'vscode' };

/** What a person chose for themselves; the same in every browser. */
export function addPreferenceRoutes(app: HttpServer, pool: Pool): void {
  async function load(personId: string): Promise<Preferences> {
    const sql = 'select data from accounts.preference where person_id = $1';
    const { rows } = await pool.query<{ data: unknown }>(sql, [personId]);
    // A choice that a newer release no longer knows falls back to the default.
    const kept = Preferences.partial().safeParse(rows[0]?.data ?? {});
    return { ...DEFAULTS, ...(kept.success ? withoutUndefined(kept.data) : {}) };
  }

  app.get(
    '/api/preferences',
    { schema: { tags, operationId: 'getPreferences', response: { 200: Preferences } } },
    async (request) => load(principalOf(request).personId),
  );

  app.put(
    '/api/preferences',
    { schema: { tags, operationId: 'putPreferences', body: PreferencesRequest, response: { 200: Preferences } } },
    async (request) => {
      const { personId } = principalOf(request);
      await pool.query(
        `insert into accounts.preference (person_id, data) values ($1, $2)
         on conflict (person_id) do update set data = accounts.preference.data || excluded.data`,
        [personId, JSON.stringify(request.body)],
      );
      return load(personId);
    },
  );
}

function withoutUndefined<Value extends object>(value: Value): { [K in keyof Value]?: NonNullable<Value[K]> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as {
    [K in keyof Value]?: NonNullable<Value[K]>;
  };
}
