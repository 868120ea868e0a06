// `npm run e2e:standalone`: whole servers in one process each, real Claude Code with the scripted model, a real browser.
//   npm run e2e:standalone -- words                 only the specs with that in their name
//   npm run e2e:standalone -- --project timed       only what says how soon something happens (the rest: standalone)
import { ensureInstalled } from './lib/install.mjs';
import { runTool } from './lib/run.mjs';
import { runVitest, sayCounts } from './lib/run-vitest.mjs';
import { ensureWebBuilt } from './lib/web-build.mjs';

await runTool(async () => {
  await ensureInstalled({ dev: true });
  await ensureWebBuilt();
  const asked = process.argv.slice(2);
  const projects = asked.includes('--project') ? [] : ['--project', 'standalone', '--project', 'timed'];
  return sayCounts(await runVitest(['--config', 'e2e/vitest.config.ts', ...projects, ...asked]));
});
