import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorError } from '@claude-codex/service-kit/operator-error';
import pg from 'pg';

export const START_TIMEOUT_MS = 30_000;
const WRONG_PASSWORD = '28P01';

/** Returns once the server answers. Throws `OperatorError` when it ends first, takes 30 s or has another password. */
export async function waitForAnswer(started: {
  server: ChildProcess;
  connectionString: string;
  directory: string;
  passwordFile: string;
}): Promise<void> {
  const { server, connectionString, directory, passwordFile } = started;
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (server.exitCode !== null || server.signalCode !== null) break;
    const answer = await ask(connectionString);
    if (answer === 'yes') return;
    if (answer === 'wrong password') {
      throw new OperatorError(
        `The database in ${directory} has another password than ${passwordFile} says. Put the right file back, or, ` +
          `to begin anew, move ${directory} away.`,
      );
    }
    await sleep(25);
  }
  throw new OperatorError(`The database did not start; its log is ${directory}.log`);
}

async function ask(connectionString: string): Promise<'yes' | 'not yet' | 'wrong password'> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  // A connection cut while it is being made is reported twice: by connect() and as an event.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return 'yes';
  } catch (error) {
    // Refused or "starting up" is asked again until the deadline.
    return error instanceof pg.DatabaseError && error.code === WRONG_PASSWORD ? 'wrong password' : 'not yet';
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Makes the database `name` unless it is there. */
export async function ensureDatabase(connectionString: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
}
