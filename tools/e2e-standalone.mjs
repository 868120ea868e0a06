// `npm run e2e:standalone`: whole servers in one process each, real Claude Code with the scripted model, a real browser.
import { ensureInstalled } from './lib/install.mjs';
import { runTool } from './lib/run.mjs';
import { runVitest, sayCounts } from './lib/run-vitest.mjs';
import { ensureWebBuilt } from './lib/web-build.mjs';

await runTool(async () => {
  await ensureInstalled({ dev: true });
  await ensureWebBuilt();
  return sayCounts(
    await runVitest(['--config', 'e2e/vitest.config.ts', '--project', 'standalone', ...process.argv.slice(2)]),
  );
});
