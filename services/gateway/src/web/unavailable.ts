import { Problem } from '@claude-codex/service-kit/http/problem';
import { failureOf } from '@claude-codex/service-kit/pg/pg-errors';
import { APIError } from 'better-auth/api';
import pg from 'pg';

const SYSTEM = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH']);
/** The driver's own errors carry no code. */
const DRIVER =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Whether the database cannot be reached or cannot work now: the same request may succeed in a moment. */
function isUnavailable(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return failureOf(error) !== 'refused';
  // better-auth hides what went wrong below it; its lookups have no other reason to fail with a 500.
  if (error instanceof APIError) return error.statusCode >= 500;
  if (!(error instanceof Error)) return false;
  return ('code' in error && SYSTEM.has(String(error.code))) || DRIVER.test(error.message);
}

/** "Try again in a moment" instead of "something went wrong" while the database is away. */
export function explainUnavailable(error: Error): Error {
  if (!isUnavailable(error)) return error;
  const detail = 'The database does not answer at the moment. Nothing is lost; try again.';
  return new Problem('STORE_UNAVAILABLE', { detail, headers: { 'retry-after': '1' }, cause: error });
}
