// `npm run resume -- <name>`: lets a read model or a process manager that was paused try its event again.
import { createPgCheckpoints } from '@claude-codex/service-kit/pg/checkpoints';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { readProjectionStatus, resumeProjection } from '@claude-codex/service-kit/pg/projection-status';
import { openDatabase } from './operate/connect.ts';

const [name] = process.argv.slice(2);
const database = await openDatabase();
const pool = createPool({ connectionString: database.connectionString, name: 'resume' });
try {
  const checkpoints = createPgCheckpoints(pool);
  if (name === undefined) {
    const projections = (await readProjectionStatus(pool)).filter(({ status }) => status === 'paused');
    const managers = (await checkpoints.list()).filter(({ paused }) => paused !== null);
    for (const { name: paused, lastError } of projections) console.log(`${paused}  ${JSON.stringify(lastError)}`);
    for (const { name: paused, paused: reason } of managers) console.log(`${paused}  ${JSON.stringify(reason)}`);
    if (projections.length + managers.length === 0) console.log('Nothing is paused.');
  } else {
    const resumed = (await resumeProjection(pool, name)) || (await checkpoints.resume(name));
    console.log(resumed ? `${name} tries its event again.` : `${name} was not paused.`);
    process.exitCode = resumed ? 0 : 1;
  }
} finally {
  await pool.end();
  await database.close();
}
