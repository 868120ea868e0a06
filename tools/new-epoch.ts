// `npm run new-epoch`: after a restore of an older backup, before the services start again.

import { startNewEpoch } from '@claude-codex/service-kit/pg/new-epoch';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { PROJECTIONS } from '../services/projector/src/projections.ts';
import { argumentsUpTo, runCommand } from './operate/command.ts';
import { openDatabase } from './operate/connect.ts';

await runCommand('Usage: npm run new-epoch', async () => {
  argumentsUpTo(0);
  const database = await openDatabase();
  const pool = createPool({ connectionString: database.connectionString, name: 'new-epoch' });
  try {
    const { epoch, position } = await startNewEpoch(pool, PROJECTIONS);
    console.log(`${database.where}: this history goes on from position ${position} as epoch ${epoch}.`);
    console.log('Start the services now: read models are built anew, NATS is filled again, open pages start over.');
    return 0;
  } finally {
    await pool.end();
    await database.close();
  }
});
