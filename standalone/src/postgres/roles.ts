import { OperatorError } from '@claude-codex/service-kit/operator-error';
import pg from 'pg';

const ROLES = ['codex_event_store', 'codex_gateway', 'codex_projector'];

/**
 * Every service acts as a role of its own. On a database server of somebody else the roles may be there already, made
 * by another login. Throws `OperatorError` with what lets this one use them.
 */
export async function requireRoles(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    for (const role of ROLES) await client.query(`set role ${role}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === '42501')) throw error;
    const login = client.escapeIdentifier(client.user ?? 'the login');
    throw new OperatorError(
      `The login of DATABASE_URL may not act for every service: ${error.message}. ` +
        `Let a superuser run: grant ${ROLES.join(', ')} to ${login}`,
      { cause: error },
    );
  } finally {
    await client.end();
  }
}
