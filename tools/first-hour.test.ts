import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './lib/root.mjs';

/** What an operator meets before anything runs: a package manager at work, a slow machine, a file that is not for use yet. */
it('an install script waits for another package manager, and says so once', () => {
  const bin = mkdtempSync(join(tmpdir(), 'claude-codex-test-apt-'));
  // Holds the lock for the first two calls, as an upgrade of a machine that was just switched on does.
  const aptGet = `#!/bin/sh
echo x >> ${bin}/calls
[ "$(wc -l < ${bin}/calls)" -gt 2 ] && exit 0
echo 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7' >&2
exit 100
`;
  writeFileSync(join(bin, 'apt-get'), aptGet, { mode: 0o755 });
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  const script = `set -e; . ${join(root, 'tools/lib/apt.sh')}; apt_get update`;
  const { status, stderr } = spawnSync('bash', ['-c', script], { env, encoding: 'utf8' });
  const calls = readFileSync(join(bin, 'calls'), 'utf8').length / 2;
  rmSync(bin, { recursive: true });
  expect([status, calls]).toEqual([0, 3]);
  expect(stderr.match(/waiting for another package manager/g)).toHaveLength(1);
});

it.each(['install-browser.sh', 'install-engine.sh', 'install-test-servers.sh'])(
  '%s installs in that way alone',
  (name) => {
    const script = readFileSync(join(root, 'tools', name), 'utf8');
    expect(script).toContain('lib/apt.sh');
    expect(script).not.toMatch(/^\s*apt-get /m);
  },
);

it('a service that is slow to start is not called ill for ten minutes', () => {
  const compose = readFileSync(join(root, 'infra/docker-compose.yml'), 'utf8');
  const periods = [...compose.matchAll(/start_period: (\d+)s/g)].map(([, seconds]) => Number(seconds));
  expect(periods.length).toBeGreaterThan(0);
  expect(Math.min(...periods)).toBeGreaterThanOrEqual(600);
});

const hasCompose = spawnSync('docker', ['compose', 'version']).status === 0;

const hostFile = join(root, 'infra/agent-host.yml');
const configOf = (given: Record<string, string>) => {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...given };
  return spawnSync('docker', ['compose', '-f', hostFile, 'config'], { env, encoding: 'utf8' });
};

it.runIf(hasCompose)(
  'a further host for agents wants the bus, the token for hosts and the place of blobs, by name',
  () => {
    const all = { NATS_URL_FILE: '/n', CODEX_HOST_TOKEN_FILE: '/t', CODEX_BLOBS: 'https://codex.example.com' };
    for (const missing of Object.keys(all)) {
      const { status, stderr } = configOf({ ...all, [missing]: '' });
      expect([status === 0, stderr]).toEqual([false, expect.stringContaining(missing)]);
    }
    const { status, stdout } = configOf(all);
    expect(status).toBe(0);
    expect(stdout).not.toMatch(/master-key|DATABASE_URL|ANTHROPIC/);
  },
);

it.runIf(hasCompose)('the services of a further host are set what they read', () => {
  const settings = ['agent-manager', 'egress']
    .map((name) => readFileSync(join(root, `services/${name}/settings.md`), 'utf8'))
    .join('');
  const before = ['DOCKER_SOCKET_GROUP_OF', 'MALLOC_ARENA_MAX', 'NATS_URL_FILE'];
  const set = [...readFileSync(hostFile, 'utf8').matchAll(/^\s+([A-Z][A-Z0-9_]+): /gm)].flatMap(
    ([, name]) => name ?? [],
  );
  expect(set.filter((name) => !before.includes(name) && !settings.includes(`\`${name}\``))).toEqual([]);
});
