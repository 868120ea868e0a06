// `npm run e2e:standalone`: whole servers in one process each, real Claude Code with the scripted model, a real browser.
import { ensureInstalled } from './lib/install.mjs';
import { runTool } from './lib/run.mjs';
import { runVitest, sayCounts } from './lib/run-vitest.mjs';
import { ensureWebBuilt } from './lib/web-build.mjs';

await runTool(async () => {
  await ensureInstalled({ dev: true });
  await ensureWebBuilt();
  const args = ['--config', 'e2e/vitest.config.ts', '--exclude', '**/compose*', ...process.argv.slice(2)];
  return sayCounts(await runVitest(args));
});
