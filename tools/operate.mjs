// Runs an operator's command with the packages that are there: `node tools/operate.mjs tools/backup.ts /backups`.
// It never installs anything: a server may be running from these very packages.
import { existsSync } from 'node:fs';
import { node24 } from './lib/root.mjs';
import { runInForeground, runTool, ToolError } from './lib/run.mjs';

await runTool(async () => {
  if (!existsSync(node24)) {
    throw new ToolError('Nothing is installed here yet, so there is no server to look after. Start one: npm start');
  }
  return runInForeground(node24, process.argv.slice(2));
});
