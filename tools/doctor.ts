// `npm run doctor`: is everything true that this system promises? Looks at a live system and changes nothing.
// Works on DATABASE_URL, or on the standalone data directory CODEX_DATA_DIR; with NATS_URL it looks at NATS too, with an
// API token in CODEX_API_TOKEN (and CODEX_API_URL, when not http://localhost:8080) at the streams browsers read.

import { argumentsUpTo, runCommand } from './operate/command.ts';
import { openDatabase } from './operate/connect.ts';
import { diagnose } from './operate/diagnose.ts';

const USAGE = 'Usage: npm run doctor';
const MARK = { true: '✓', false: '✗', null: '–' } as const;

await runCommand(USAGE, async () => {
  argumentsUpTo(0);
  const { NATS_URL, CODEX_API_TOKEN: token = '', CODEX_API_URL: url = 'http://localhost:8080' } = process.env;
  const database = await openDatabase();
  console.log(`Looking at ${database.where}. Nothing is changed.\n`);
  try {
    const findings = await diagnose({
      connectionString: database.connectionString,
      natsUrl: NATS_URL,
      dataDir: database.root,
      streams: token === '' ? null : { url, token },
      onFinding: ({ id, title, ok, detail }) => {
        console.log(`${MARK[`${ok}`]} ${id.padEnd(6)} ${title}\n         ${detail}`);
      },
    });
    const wrong = findings.filter(({ ok }) => ok === false).length;
    const skipped = findings.filter(({ ok }) => ok === null).length;
    const seen = skipped === 0 ? '' : ` (${skipped} could not be looked at)`;
    console.log(wrong === 0 ? `\nAll is well${seen}.` : `\n${wrong} of ${findings.length} promises are broken${seen}.`);
    return wrong === 0 ? 0 : 1;
  } finally {
    await database.close();
  }
});
