// `npm start`: a whole team server in one process, from a machine that has nothing but Node 20 and npm.
// Installs what is missing, builds the pages when they changed, then runs on the Node 24 among the packages.
// With --prepare it stops there: npm's shell then becomes the server itself (exec), which saves the memory of a
// waiting parent and lets signals and exit codes through untouched.
import { join } from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { node24, root } from './lib/root.mjs';
import { runInForeground, runTool } from './lib/run.mjs';
import { ensureWebBuilt } from './lib/web-build.mjs';

await runTool(async () => {
  const [first, ...rest] = process.argv.slice(2);
  await ensureInstalled({ dev: false });
  await ensureWebBuilt();
  if (first === '--prepare') return 0;
  // A quarter less memory than with Node's own choice, which counts on many requests a second (bench/results/memory.md).
  const args = [
    '--max-semi-space-size=4',
    join(root, 'standalone', 'src', 'main.ts'),
    ...(first === undefined ? [] : [first, ...rest]),
  ];
  return runInForeground(node24, args);
});
