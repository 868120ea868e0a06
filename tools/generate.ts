// Makes what is derived from the sources: npm run generate. With --check it changes nothing and fails when something is stale.
import { apiReference } from './generate/api.ts';
import { commonPasswords } from './generate/common-passwords.ts';
import { eventCatalogue } from './generate/events.ts';
import { goldenFiles } from './generate/golden.ts';
import { stale, write } from './generate/output.ts';
import { settingsReference } from './generate/settings.ts';

const changed = stale([
  eventCatalogue(),
  ...(await settingsReference()),
  await apiReference(),
  commonPasswords(),
  ...goldenFiles(),
]);
const names = changed.map(({ path }) => `  ${path}`).join('\n');

if (changed.length === 0) {
  console.log('Everything generated is up to date.');
} else if (process.argv.includes('--check')) {
  console.error(`Out of date, run npm run generate:\n${names}`);
  process.exitCode = 1;
} else {
  write(changed);
  console.log(`Written:\n${names}`);
}
