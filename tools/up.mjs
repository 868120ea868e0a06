// `npm run up`: the team server with Docker Compose, also where no image registry can be reached.
// What follows goes to `docker compose up`: npm run up -- --scale agent-manager=3
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseImages } from './lib/compose-images.mjs';
import { withProgress } from './lib/progress.mjs';
import { root } from './lib/root.mjs';
import { runInForeground, runQuietly, runTool, ToolError } from './lib/run.mjs';

await runTool(async () => {
  await requireEngine();
  const images = await chooseImages();
  const env = { ...process.env, ...images, DOCKER_BUILDKIT: '1', COMPOSE_DOCKER_CLI_BUILD: '1' };
  const compose = (...args) => runQuietly('docker', ['compose', ...args], { cwd: root, env });

  await withProgress('Building the images', () => compose('build', '--quiet'));
  const code = await runInForeground(
    'docker',
    ['compose', 'up', '--detach', '--no-build', '--wait', '--wait-timeout', '300', ...process.argv.slice(2)],
    { cwd: root, env },
  );
  if (code !== 0) {
    process.stderr.write('\nNot everything came up. What the services say: docker compose logs --tail 50\n');
    return code;
  }
  if (Object.keys(images).length > 0) rememberImages(images);
  await sayWhere(compose);
  return 0;
});

async function requireEngine() {
  try {
    await runQuietly('docker', ['compose', 'version']);
    await runQuietly('docker', ['info']);
  } catch (cause) {
    throw new ToolError(
      'This needs a Docker engine with compose v2. On Debian, as root: tools/install-engine.sh\n' +
        'Without an engine, npm start runs everything in one process.',
      { cause },
    );
  }
}

/** Later compose commands need the same variables, or they would ask for the official images. */
function rememberImages(images) {
  const file = join(root, '.codex', 'compose.env');
  mkdirSync(join(root, '.codex'), { recursive: true });
  writeFileSync(
    file,
    Object.entries(images)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  process.stdout.write(
    '\nThe stand-ins are named in .codex/compose.env: docker compose --env-file .codex/compose.env …\n',
  );
}

async function sayWhere(compose) {
  const port = (await compose('port', 'gateway', '8080')).trim().split(':').at(-1);
  const address = process.env.CODEX_PUBLIC_URL ?? `http://localhost:${port}`;
  const token = (await compose('exec', '-T', 'gateway', 'cat', '/run/codex/setup-token')).trim();
  process.stdout.write(`\nClaude Codex: ${address}\nFirst time:   ${address}/setup?token=${token}\n`);
}
