import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

/** A table and the columns of it that hold something of their own; both as they are named in SQL, unquoted. */
export interface Table {
  name: string;
  columns: string[];
}

/** Larger than most rows by far and small enough to hold in memory some times over. */
const PART_BYTES = 4 << 20;

/** Every table of these schemas, those that refer to others last, so that rows can be put back in this order. */
export async function tablesOf(db: Pick<pg.ClientBase, 'query'>, schemas: readonly string[]): Promise<Table[]> {
  const { rows } = await db.query<Table>(
    `select n.nspname || '.' || c.relname as name,
        array(select attname::text from pg_attribute
          where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '' order by attnum) as columns
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any($1) and c.relkind = 'r'
      order by exists (select from pg_constraint where conrelid = c.oid and contype = 'f'), 1`,
    [schemas],
  );
  return rows;
}

/**
 * The rows of a table in COPY's text format, in pieces of some megabytes that may end anywhere in a row. Gives how many
 * rows there were.
 */
export async function copyRowsOut(
  client: pg.ClientBase,
  table: Table,
  write: (part: Buffer) => Promise<void>,
): Promise<number> {
  const stream = client.query(copyTo(`copy ${sqlOf(table)} to stdout`));
  let chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes < PART_BYTES) continue;
    await write(Buffer.concat(chunks));
    [chunks, bytes] = [[], 0];
  }
  if (bytes > 0) await write(Buffer.concat(chunks));
  return stream.rowCount;
}

export interface RowsIn {
  write(part: Uint8Array): Promise<void>;
  /** Gives how many rows came in. Throws what the database refused. */
  end(): Promise<number>;
}

/** Takes what `copyRowsOut` gave, cut anywhere. The client does nothing else until the end. */
export function copyRowsIn(client: pg.ClientBase, table: Table): RowsIn {
  const stream = client.query(copyFrom(`copy ${sqlOf(table)} from stdin`));
  const done = finished(stream);
  // Whoever writes next, or ends it, is told.
  done.catch(() => undefined);
  return {
    async write(part) {
      if (stream.write(part)) return;
      await Promise.race([new Promise<void>((resolve) => stream.once('drain', () => resolve())), done]);
    },
    async end() {
      stream.end();
      await done;
      return stream.rowCount;
    },
  };
}

function sqlOf({ name, columns }: Table): string {
  return `${name} (${columns.map((column) => `"${column}"`).join(', ')})`;
}
