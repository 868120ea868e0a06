// `npm run export -- <file>`: every event as a line of JSON, for other programs. Nothing reads it back: that is what a
// backup is for.
import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readEventRows } from '@claude-codex/service-kit/pg/event-rows';
import { createPool, type Pool } from '@claude-codex/service-kit/pg/pool';
import { argumentsUpTo, runCommand, UsageError } from './operate/command.ts';
import { openDatabase } from './operate/connect.ts';
import { beginLongWork } from './operate/long-work.ts';

const USAGE = 'Usage: npm run export -- <file>\nExit code: 0 done, 2 could not be done.';
const PAGE = 2_000;

await runCommand(USAGE, async () => {
  const [given] = argumentsUpTo(1);
  if (given === undefined) throw new UsageError('Where to?');
  const target = resolve(process.env.INIT_CWD ?? '', given);
  if (existsSync(target)) throw new UsageError(`${target} exists already; an export replaces nothing.`);
  if (!existsSync(dirname(target))) throw new UsageError(`There is no directory ${dirname(target)}.`);
  const database = await openDatabase();
  const work = beginLongWork('Stopped: nothing was exported.');
  const pool = createPool({ connectionString: database.connectionString, name: 'export', statementTimeoutMs: 0 });
  const partial = `${target}.${process.pid}.partial`;
  let events = 0;
  try {
    const file = createWriteStream(partial, { flags: 'wx', mode: 0o600, flush: true });
    const lines = linesOf(pool, (count, position) => {
      events += count;
      work.show(`${events} events, up to position ${position}`);
    });
    await pipeline(Readable.from(lines), file, { signal: work.signal });
    await rename(partial, target);
    work.end();
    console.log(`${target}: ${events} events of ${database.where}.`);
    return 0;
  } catch (error) {
    work.signal.throwIfAborted();
    throw error;
  } finally {
    work.end();
    await rm(partial, { force: true });
    await pool.end();
    await database.close();
  }
});

async function* linesOf(pool: Pool, onPage: (count: number, position: number) => void): AsyncGenerator<string> {
  const { rows } = await pool.query<{ base: number }>('select base_position as base from es.log_identity');
  for (let after = rows[0]?.base ?? 0; ; ) {
    const events = await readEventRows(pool, after, PAGE);
    const last = events.at(-1);
    if (last === undefined) return;
    yield events.map((event) => `${JSON.stringify(event)}\n`).join('');
    after = last.position;
    onPage(events.length, after);
  }
}
