// `npm test`: every suite this machine can run, then by name those it could not, then `N passed, N failed`.
//   npm test -- libs/domain          only what matches, as vitest understands it
//   CODEX_REQUIRE_ALL=1 npm test     a skipped suite is a failure (CI)
import { ensureInstalled } from './lib/install.mjs';
import { runTool } from './lib/run.mjs';
import { runVitest, sayCounts } from './lib/run-vitest.mjs';
import { ensureWebSynced } from './lib/web-build.mjs';

await runTool(async () => {
  await ensureInstalled({ dev: true });
  await ensureWebSynced();
  return sayCounts(await runVitest(process.argv.slice(2)));
});
