// `npm run resume -- <name>`: lets a read model or a process manager that was paused try its event again. Without a name
// it lists what is paused.
import { createPgCheckpoints } from '@claude-codex/service-kit/pg/checkpoints';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { readProjectionStatus, resumeProjection } from '@claude-codex/service-kit/pg/projection-status';
import { argumentsUpTo, runCommand, UsageError } from './operate/command.ts';
import { openDatabase } from './operate/connect.ts';

await runCommand('Usage: npm run resume [-- <name>]', async () => {
  const [name] = argumentsUpTo(1);
  const database = await openDatabase();
  const pool = createPool({ connectionString: database.connectionString, name: 'resume' });
  try {
    const checkpoints = createPgCheckpoints(pool);
    const projections = await readProjectionStatus(pool);
    const managers = await checkpoints.list();
    if (name === undefined) {
      const paused = [
        ...projections.filter(({ status }) => status === 'paused').map((one) => ({ ...one, reason: one.lastError })),
        ...managers.filter(({ paused }) => paused !== null).map((one) => ({ ...one, reason: one.paused })),
      ];
      for (const { name: standing, reason } of paused) console.log(`${standing}  ${JSON.stringify(reason)}`);
      if (paused.length === 0) console.log('Nothing is paused.');
      return 0;
    }
    const known = [...new Set([...projections, ...managers].map((one) => one.name))];
    if (!known.includes(name)) throw new UsageError(`There is no ${name}. There are: ${known.join(', ')}`);
    const resumed = (await resumeProjection(pool, name)) || (await checkpoints.resume(name));
    console.log(resumed ? `${name} tries its event again.` : `${name} was not paused.`);
    return resumed ? 0 : 1;
  } finally {
    await pool.end();
    await database.close();
  }
});
