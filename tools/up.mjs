// `npm run up`: the team server with Docker Compose, also where no image registry can be reached.
// What follows goes to `docker compose up`: npm run up -- --scale agent-manager=3
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildImages } from './lib/compose.mjs';
import { root } from './lib/root.mjs';
import { runInForeground, runQuietly, runTool } from './lib/run.mjs';
import { answerHelp } from './lib/usage.mjs';

answerHelp(`Usage: npm run up -- [options of docker compose up]

Builds the images, starts the team server and prints its address.

  npm run up -- --scale agent-manager=3     three agent managers
`);

await runTool(async () => {
  const { env, standins } = await buildImages();
  rememberStandins(standins);
  const up = ['compose', 'up', '--detach', '--no-build', '--wait', '--wait-timeout', '900'];
  const code = await runInForeground('docker', [...up, ...process.argv.slice(2)], { cwd: root, env });
  if (code !== 0) {
    process.stderr.write('\nNot everything came up. What the services say: docker compose logs --tail 50\n');
    return code;
  }
  await sayWhere((...args) => runQuietly('docker', ['compose', ...args], { cwd: root, env }));
  return 0;
});

/**
 * Later compose commands need the same images, or they would ask for the official ones. Compose reads this file as the
 * defaults of the included infra/docker-compose.yml: a `.env` of one's own beside compose.yaml comes before it.
 */
function rememberStandins(standins) {
  const file = join(root, 'infra', '.env');
  const lines = Object.entries(standins).map(([name, value]) => `${name}=${value}\n`);
  if (lines.length === 0) rmSync(file, { force: true });
  else writeFileSync(file, `# Written by npm run up, where no image registry answers.\n${lines.join('')}`);
}

async function sayWhere(compose) {
  const port = (await compose('port', 'gateway', '8080')).trim().split(':').at(-1);
  const address = process.env.CODEX_PUBLIC_URL || `http://localhost:${port}`;
  process.stdout.write(`\nClaude Codex: ${address}\n`);
  const session = await (await fetch(`http://127.0.0.1:${port}/api/session`)).json();
  if (session.setupNeeded !== true) return;
  const token = (await compose('exec', '-T', 'gateway', 'cat', '/run/codex/setup-token')).trim();
  process.stdout.write(`Make the owner account: ${address}/setup?token=${token}\n`);
}
