// `npm run doctor`: is everything true that this system promises? Looks at a live system and changes nothing.
// Works on DATABASE_URL, or on the standalone data directory CODEX_DATA_DIR; with NATS_URL it looks at NATS too.

import { openDatabase } from './operate/connect.ts';
import { diagnose } from './operate/diagnose.ts';

const MARK = { true: '✓', false: '✗', null: '–' } as const;

try {
  const database = await openDatabase();
  console.log(`Looking at ${database.where}. Nothing is changed.\n`);
  try {
    const findings = await diagnose({
      connectionString: database.connectionString,
      natsUrl: process.env.NATS_URL,
      onFinding: ({ id, title, ok, detail }) => {
        console.log(`${MARK[`${ok}`]} ${id.padEnd(6)} ${title}\n         ${detail}`);
      },
    });
    const wrong = findings.filter(({ ok }) => ok === false).length;
    const skipped = findings.filter(({ ok }) => ok === null).length;
    const seen = skipped === 0 ? '' : ` (${skipped} could not be looked at)`;
    console.log(wrong === 0 ? `\nAll is well${seen}.` : `\n${wrong} of ${findings.length} promises are broken${seen}.`);
    process.exitCode = wrong === 0 ? 0 : 1;
  } finally {
    await database.close();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
