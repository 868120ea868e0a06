// Runs a script with the Node 24 among the packages: `node tools/on-node24.mjs tools/check.ts --fast`.
import { ensureInstalled } from './lib/install.mjs';
import { node24 } from './lib/root.mjs';
import { runInForeground, runTool } from './lib/run.mjs';

await runTool(async () => {
  await ensureInstalled({ dev: true });
  return runInForeground(node24, process.argv.slice(2));
});
