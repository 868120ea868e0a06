// `npm run archive -- --closed-before 90d [--dry-run]`: moves the events of tasks that ended long ago out of the hot
// table. Nothing is lost and nothing reads differently; the live system goes on meanwhile.
import { parseArgs } from 'node:util';
import { categoryOf } from '@claude-codex/contracts';
import { TASK_CLOSES, TASK_REOPENS } from '@claude-codex/domain/task/closing';
import { archiveStream, findClosedStreams } from '@claude-codex/service-kit/pg/archive-closed';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { openDatabase } from './operate/connect.ts';

const MS: Record<string, number> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };
const options = { 'closed-before': { type: 'string' }, 'dry-run': { type: 'boolean', default: false } } as const;
const { 'closed-before': age = '', 'dry-run': dryRun } = parseArgs({ options }).values;
const [, amount, unit] = /^(\d{1,5})([dhms])$/.exec(age) ?? [];
if (amount === undefined || unit === undefined) {
  console.error('Usage: npm run archive -- --closed-before 90d [--dry-run]    (d days, h hours, m minutes, s seconds)');
  process.exit(2);
}
const closedBefore = new Date(Date.now() - Number(amount) * (MS[unit] ?? 0));

const database = await openDatabase();
const pool = createPool({ connectionString: database.connectionString, name: 'archive', statementTimeoutMs: 0 });
try {
  const found = await findClosedStreams(pool, { closedBefore, closes: TASK_CLOSES, reopens: TASK_REOPENS });
  const events = found.reduce((sum, stream) => sum + stream.events, 0);
  console.log(
    `${database.where}: ${found.length} streams with ${events} events belong to tasks that ended before ${closedBefore.toISOString()}.`,
  );
  for (const [category, streams = []] of Map.groupBy(found, ({ stream }) => categoryOf(stream))) {
    console.log(`  ${category.padEnd(12)} ${streams.length}`);
  }
  if (dryRun) {
    console.log('Nothing was moved (--dry-run).');
  } else {
    let moved = 0;
    const started = performance.now();
    for (const [index, { stream }] of found.entries()) {
      moved += await archiveStream(pool, stream);
      if (process.stdout.isTTY) process.stdout.write(`\r${index + 1} of ${found.length} streams, ${moved} events `);
    }
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    console.log(`${process.stdout.isTTY ? '\n' : ''}Moved ${moved} events to the archive in ${seconds} s.`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  await pool.end();
  await database.close();
}
