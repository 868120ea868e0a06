// `npm run e2e:compose`: for each e2e/specs/compose-*.spec.ts a team server as `docker compose up` makes it, under a name,
// port and folder of its own. The specs find it by CODEX_E2E_URL and CODEX_E2E_SETUP_TOKEN; `docker compose` run by them
// from the repository's root means this server (COMPOSE_PROJECT_NAME and the rest are in their environment).
//   npm run e2e:compose -- kill     only the specs with that in their name
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildImages } from './lib/compose.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { withProgress } from './lib/progress.mjs';
import { root } from './lib/root.mjs';
import { runQuietly, runTool, ToolError } from './lib/run.mjs';
import { runVitest, sayCounts } from './lib/run-vitest.mjs';

const specs = join(root, 'e2e', 'specs');

await runTool(async () => {
  await ensureInstalled({ dev: true });
  const { env } = await buildImages();
  const total = { passed: 0, failed: 0 };
  for (const spec of readdirSync(specs).filter((name) => name.startsWith('compose-'))) {
    if (process.argv.length > 2 && !process.argv.slice(2).some((part) => spec.includes(part))) continue;
    const { passed, failed } = await runSpec(spec, env);
    total.passed += passed;
    total.failed += failed;
  }
  return sayCounts(total);
});

async function runSpec(spec, images) {
  const port = await freePort();
  // Short, because the path of a unix socket below it has at most 107 bytes.
  const hostDir = mkdtempSync(join(tmpdir(), 'cx-'));
  const token = randomBytes(24).toString('hex');
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...images,
    COMPOSE_PROJECT_NAME: `claude-codex-e2e-${port}`,
    PORT: String(port),
    CODEX_BIND: '127.0.0.1',
    CODEX_HOST_DIR: hostDir,
    CODEX_SETUP_TOKEN: token,
    CODEX_PUBLIC_URL: url,
    CODEX_E2E_URL: url,
    CODEX_E2E_SETUP_TOKEN: token,
  };
  const compose = (...args) => runQuietly('docker', ['compose', '--progress', 'quiet', ...args], { cwd: root, env });
  try {
    await withProgress(`Starting a team server for ${spec}`, () =>
      compose('up', '--detach', '--no-build', '--wait', '--wait-timeout', '300'),
    );
    const counts = await runVitest(['--config', 'e2e/vitest.config.ts', '--project', 'compose', spec], env);
    if (counts.failed > 0) await keepLogs(compose, spec);
    return counts;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    process.stdout.write(`${error.message}\n`);
    await keepLogs(compose, spec);
    return { passed: 0, failed: 1 };
  } finally {
    await compose('down', '--volumes', '--timeout', '10');
    await removeAgents(hostDir);
    await removeHostDir(hostDir, env.SERVER_IMAGE ?? 'claude-codex/server:0.1.0');
  }
}

async function keepLogs(compose, spec) {
  const file = join(tmpdir(), `claude-codex-e2e-${spec}.log`);
  writeFileSync(file, `${await compose('ps', '--all')}\n${await compose('logs', '--no-color', '--timestamps')}`);
  process.stdout.write(`what the services said: ${file}\n`);
}

/** The manager that would have ended its agents may be what a test killed last. */
async function removeAgents(hostDir) {
  const names = (await runQuietly('docker', ['ps', '--all', '--quiet', '--filter', 'name=^/agent-'])).split('\n');
  for (const name of names.filter((line) => line !== '')) {
    const sources = await runQuietly('docker', [
      'inspect',
      '--format',
      '{{range .Mounts}}{{println .Source}}{{end}}',
      name,
    ]);
    if (sources.includes(`${hostDir}/`)) await runQuietly('docker', ['rm', '--force', name]);
  }
}

/** What the services made belongs to their user, so a container of root's empties it. */
async function removeHostDir(hostDir, image) {
  const empty = ['--entrypoint', 'find', '--volume', `${hostDir}:/gone`, image, '/gone', '-mindepth', '1', '-delete'];
  await runQuietly('docker', ['run', '--rm', '--user', '0:0', '--network', 'none', ...empty]);
  rmdirSync(hostDir);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
