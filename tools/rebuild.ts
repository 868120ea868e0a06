// `npm run rebuild -- <projection>`: builds a read model anew beside the live one and shows how far it is. With
// `--cancel` it gives up the build under way.
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { beginBuild, cancelBuild, readProjectionStatus } from '@claude-codex/service-kit/pg/projection-status';
import { PROJECTIONS } from '../services/projector/src/projections.ts';
import { argumentsUpTo, runCommand, UsageError } from './operate/command.ts';
import { openDatabase } from './operate/connect.ts';

const USAGE = `Usage: npm run rebuild -- <${PROJECTIONS.map((known) => known.name).join(' | ')}> [--cancel]`;
const WIDTH = 40;
const STUCK_MS = 15_000;

await runCommand(USAGE, async () => {
  const [name, option] = argumentsUpTo(2);
  if (option !== undefined && option !== '--cancel') throw new UsageError(`Unknown argument: ${option}`);
  const projection = PROJECTIONS.find((known) => known.name === name);
  if (projection === undefined) throw new UsageError(name === undefined ? 'Which one?' : `There is no ${name}.`);
  const database = await openDatabase();
  const pool = createPool({ connectionString: database.connectionString, name: 'rebuild' });
  try {
    if (option === '--cancel') {
      const cancelled = await cancelBuild(pool, projection.name);
      console.log(
        `${projection.name} ${cancelled ? 'is as it was: the rebuild was cancelled' : 'was not being rebuilt'}.`,
      );
      return cancelled ? 0 : 1;
    }
    console.log(
      `Rebuilding ${projection.name} in ${database.where}. The live one serves until the new one has caught up.`,
    );
    await beginBuild(pool, projection);
    const started = performance.now();
    let before = -1;
    let movedAt = started;
    for (;;) {
      const rows = (await readProjectionStatus(pool)).filter((row) => row.name === projection.name);
      const building = rows.find(({ status }) => status === 'building');
      if (building === undefined) break;
      const { position, lag } = building;
      const share = position / Math.max(position + lag, 1);
      const perSecond = Math.round((position / (performance.now() - started)) * 1_000);
      const bar = '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░');
      process.stdout.write(`\r${bar} ${position} of ${position + lag} events, ${perSecond}/s `);
      if (position !== before) movedAt = performance.now();
      before = position;
      if (performance.now() - movedAt > STUCK_MS) {
        const why = building.lastError === null ? 'Is the projector running?' : JSON.stringify(building.lastError);
        console.error(`\nThe build does not move. ${why}`);
        return 1;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    console.log(`\nDone after ${((performance.now() - started) / 1_000).toFixed(1)} s: the new read model is live.`);
    return 0;
  } finally {
    await pool.end();
    await database.close();
  }
});
