import pg from 'pg';

/** Positions that are not contiguous. It must never happen; going on would skip events for good. */
export class LogBroken extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LogBroken';
  }
}

/**
 * What an error of the database means for the same statement: `connection` — the outcome is unknown, connect again;
 * `retry` — nothing was done, the same connection may try again; `refused` — it will fail the same way again.
 */
export type Failure = 'connection' | 'retry' | 'refused';

/** Connection errors (08), operator intervention such as a restart (57P), a standby that took over (25006). */
const CONNECTION = /^(08...|57P..|25006|53300)$/;
/** Lock timeout, statement timeout, serialisation failure, deadlock, disk or memory full. */
const RETRY = /^(55P03|57014|40001|40P01|53...)$/;

export function failureOf(error: unknown): Failure {
  if (error instanceof LogBroken) return 'refused';
  if (!(error instanceof pg.DatabaseError) || error.code === undefined) return 'connection';
  if (CONNECTION.test(error.code)) return 'connection';
  return RETRY.test(error.code) ? 'retry' : 'refused';
}

/** Why the database takes nothing, in a person's words. */
export function troubleOf(error: unknown): string {
  const code = error instanceof pg.DatabaseError ? error.code : undefined;
  if (code === '53100') return 'the disk of the database is full';
  if (code === '53200') return 'the database is out of memory';
  if (code === '53300') return 'the database has no connection left';
  return failureOf(error) === 'connection' ? 'the database does not answer' : `the database takes nothing (${code})`;
}

/** The statement ran longer than it may, or somebody cancelled it. */
export function isStatementTimeout(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '57014';
}
