import pg from 'pg';

export type { Pool, PoolClient } from 'pg';

export interface PoolOptions {
  connectionString: string;
  /** What the database's own views call this connection, for whoever looks for a stuck one. */
  name: string;
  /** The database role to act as (`codex_event_store`, `codex_projector`, `codex_gateway`); default: the login itself. */
  role?: string;
  /** Default 4. Idle ones are closed after 10 s. */
  max?: number;
  /** Longest a statement may run. Default 10 s; 0 = no limit. */
  statementTimeoutMs?: number;
  /** An idle connection broke (the database restarted): it is replaced by itself, so this is worth one line. */
  onError?: (error: Error) => void;
}

/** Connection settings shared by pools and dedicated clients. */
export function clientConfig(options: Omit<PoolOptions, 'max' | 'onError'>): pg.ClientConfig {
  const { connectionString, name, role, statementTimeoutMs = 10_000 } = options;
  return {
    connectionString,
    application_name: name,
    connectionTimeoutMillis: 5_000,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: 10_000,
    keepAlive: true,
    types,
    ...(role === undefined ? {} : { options: `-c role=${role}` }),
  };
}

export function createPool({ max = 4, onError, ...options }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({ ...clientConfig(options), max, idleTimeoutMillis: 10_000 });
  pool.on('error', (error) => onError?.(error));
  // A connection that breaks while somebody holds it but asks nothing of it has nobody to tell, and would end the
  // process. Whoever holds it learns of it from its next query.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** A bigint column as a number. Throws beyond 2^53: a rounded position would silently skip events. */
export function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('a bigint of the database is not a safe integer');
  return value;
}

const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === pg.types.builtins.INT8 && format !== 'binary') return safeInteger;
    return pg.types.getTypeParser(oid, format === 'binary' ? 'binary' : 'text');
  },
};
