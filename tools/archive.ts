// `npm run archive -- --closed-before 90d [--dry-run]`: moves the events of tasks that ended long ago out of the hot
// table. Nothing is lost and nothing reads differently; the live system goes on meanwhile.
import { parseArgs } from 'node:util';
import { categoryOf } from '@claude-codex/contracts';
import { TASK_CLOSES, TASK_REOPENS } from '@claude-codex/domain/task/closing';
import { archiveStream, type ClosedStream, findClosedStreams } from '@claude-codex/service-kit/pg/archive-closed';
import { createPool, type Pool } from '@claude-codex/service-kit/pg/pool';
import { runCommand, UsageError } from './operate/command.ts';
import { openDatabase } from './operate/connect.ts';

const USAGE =
  'Usage: npm run archive -- --closed-before 90d [--dry-run]    (d days, h hours, m minutes, s seconds)\nExit code: 0 done, 2 could not be done.';
const MS: Record<string, number> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };

await runCommand(USAGE, async () => {
  const { closedBefore, dryRun } = wanted();
  const database = await openDatabase();
  const pool = createPool({ connectionString: database.connectionString, name: 'archive', statementTimeoutMs: 0 });
  try {
    const found = await findClosedStreams(pool, { closedBefore, closes: TASK_CLOSES, reopens: TASK_REOPENS });
    console.log(`${database.where}: ${summary(found, closedBefore)}`);
    if (dryRun) console.log('Nothing was moved (--dry-run).');
    else await move(pool, found);
    return 0;
  } finally {
    await pool.end();
    await database.close();
  }
});

function wanted(): { closedBefore: Date; dryRun: boolean } {
  const { 'closed-before': age = '', 'dry-run': dryRun } = options();
  const [, amount, unit = ''] = /^(\d{1,5})([dhms])$/.exec(age) ?? [];
  const ms = MS[unit];
  if (ms === undefined) throw new UsageError(`--closed-before needs an age such as 90d, not "${age}".`);
  return { closedBefore: new Date(Date.now() - Number(amount) * ms), dryRun };
}

function options(): { 'closed-before'?: string | undefined; 'dry-run': boolean } {
  try {
    return parseArgs({
      options: { 'closed-before': { type: 'string' }, 'dry-run': { type: 'boolean', default: false } },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function summary(found: readonly ClosedStream[], closedBefore: Date): string {
  const events = found.reduce((sum, stream) => sum + stream.events, 0);
  const first = `${found.length} streams with ${events} events belong to tasks that ended before ${closedBefore.toISOString()}.`;
  const categories = [...Map.groupBy(found, ({ stream }) => categoryOf(stream))];
  return [first, ...categories.map(([category, streams]) => `  ${category.padEnd(12)} ${streams.length}`)].join('\n');
}

async function move(pool: Pool, found: readonly ClosedStream[]): Promise<void> {
  let moved = 0;
  const started = performance.now();
  for (const [index, { stream }] of found.entries()) {
    moved += await archiveStream(pool, stream);
    if (process.stdout.isTTY) process.stdout.write(`\r${index + 1} of ${found.length} streams, ${moved} events `);
  }
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(`${process.stdout.isTTY ? '\n' : ''}Moved ${moved} events to the archive in ${seconds} s.`);
}
