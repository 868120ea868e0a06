import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from './lib/root.mjs';

const VARIABLES = ['NODE_IMAGE', 'POSTGRES_IMAGE', 'NATS_IMAGE', 'VALKEY_IMAGE'];
const IMAGE = 'claude-codex/agent:0.1.0';
const hasCompose = spawnSync('docker', ['compose', 'version']).status === 0;
const hasImage = spawnSync('docker', ['image', 'inspect', IMAGE]).status === 0;

/** What `npm run up` and `npm run down` do around compose: compose itself is asked, but nothing is built or started. */
describe.runIf(hasCompose)('npm run up and npm run down', { timeout: 60_000 }, () => {
  /** A clone of its own, and a `docker` before the real one. */
  let clone: string;
  let bin: string;
  const infraEnv = () => join(clone, 'infra', '.env');

  beforeEach(() => {
    clone = mkdtempSync(join(tmpdir(), 'claude-codex-test-up-'));
    bin = join(clone, 'bin');
    for (const place of ['tools', 'infra', 'compose.yaml', 'package.json', 'package-lock.json'])
      cpSync(join(root, place), join(clone, place), {
        recursive: true,
        filter: (path) => !path.includes('node_modules'),
      });
    rmSync(infraEnv(), { force: true });
    const causes = 'libs/service-kit/src/known-causes.mjs';
    mkdirSync(join(clone, causes, '..'), { recursive: true });
    cpSync(join(root, causes), join(clone, causes));
    symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
    mkdirSync(bin);
    // The stand-ins' recipe takes npm from its registry; nothing is made of it here.
    const pack = '#!/bin/sh\nmkdir package && tar -czf npm.tgz package && echo npm.tgz\n';
    writeFileSync(join(bin, 'npm'), pack, { mode: 0o755 });
  });
  afterEach(() => rmSync(clone, { recursive: true, force: true }));

  /** Answers some calls itself (an exit code each, by the beginning of the call) and gives the others to Docker. */
  function stubDocker(answers: Record<string, number>): void {
    const cases = Object.entries(answers).map(([call, code]) => `  "${call}"*) exit ${code} ;;\n`);
    const real = execFileSync('sh', ['-c', 'command -v docker'], { encoding: 'utf8' }).trim();
    const script = `#!/bin/sh\ncase "$*" in\n${cases.join('')}esac\nexec ${real} "$@"\n`;
    writeFileSync(join(bin, 'docker'), script, { mode: 0o755 });
  }

  function run(tool: string, env: Record<string, string> = {}) {
    const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !VARIABLES.includes(name)));
    return spawnSync(process.execPath, [join(clone, 'tools', tool)], {
      encoding: 'utf8',
      env: { ...clean, PATH: `${bin}:${process.env.PATH}`, ...env },
    });
  }

  const imageOf = (service: string) => {
    const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !VARIABLES.includes(name)));
    const config = execFileSync('docker', ['compose', 'config', '--format', 'json'], { cwd: clone, env: clean });
    return (JSON.parse(config.toString()) as { services: Record<string, { image?: string }> }).services[service]?.image;
  };

  // Whoever looks why something did not come up calls compose, which would ask for images nobody can reach.
  it('keeps the names of stand-ins for later calls of compose also when not everything came up', () => {
    stubDocker({ 'manifest inspect': 1, 'image inspect': 0, build: 0, 'compose build': 0, 'compose up': 1 });
    const { status, stderr } = run('up.mjs');
    expect(stderr).toContain('Not everything came up');
    expect(status).toBe(1);
    const kept = readFileSync(infraEnv(), 'utf8');
    for (const name of VARIABLES) expect(kept).toMatch(new RegExp(`^${name}=claude-codex-standin/`, 'm'));
    expect(imageOf('nats')).toMatch(/^claude-codex-standin\/nats:/);
  });

  it('forgets the names of stand-ins once a registry answers', () => {
    writeFileSync(infraEnv(), 'NATS_IMAGE=claude-codex-standin/nats:2\n');
    stubDocker({ 'manifest inspect': 0, 'compose build': 0, 'compose up': 1 });
    run('up.mjs');
    expect(existsSync(infraEnv())).toBe(false);
  });

  it('leaves a person’s own .env as it is, and what stands there comes first', () => {
    const own = 'NATS_IMAGE=registry.example/nats:mine\nPORT=9000\n';
    writeFileSync(join(clone, '.env'), own);
    stubDocker({ 'manifest inspect': 1, 'image inspect': 0, build: 0, 'compose build': 0, 'compose up': 1 });
    run('up.mjs');
    expect(readFileSync(join(clone, '.env'), 'utf8')).toBe(own);
    expect(imageOf('nats')).toBe('registry.example/nats:mine');
    expect(imageOf('postgres')).toMatch(/^claude-codex-standin\/postgres:/);
  });

  it.runIf(hasImage)('ends the agents of this server and no other’s, and says how many', () => {
    const directory = join(clone, 'team');
    const scopeOf = (data: string) => createHash('sha256').update(data).digest('hex').slice(0, 16);
    const agent = (data: string) => {
      const label = `dev.claude-codex.scope=${scopeOf(data)}`;
      const args = ['run', '--detach', '--network=none', '--label', label, '--entrypoint', 'sleep', IMAGE, '60'];
      return execFileSync('docker', args, { encoding: 'utf8' }).trim();
    };
    const isThere = (id: string) => spawnSync('docker', ['container', 'inspect', id]).status === 0;
    const agents = [agent(directory), agent(directory)];
    const other = agent(join(clone, 'another'));
    try {
      stubDocker({ 'compose down': 0 });
      const { status, stdout } = run('down.mjs', { CODEX_HOST_DIR: directory });
      expect([status, stdout]).toEqual([
        0,
        '2 agents were ended; nothing that was recorded is gone. Back again: npm run up\n',
      ]);
      expect([...agents, other].map(isThere)).toEqual([false, false, true]);
      // A server that could not be stopped keeps its agents.
      stubDocker({ 'compose down': 7 });
      const failed = run('down.mjs', { CODEX_HOST_DIR: join(clone, 'another') });
      expect([failed.status, failed.stdout, isThere(other)]).toEqual([7, '', true]);
    } finally {
      spawnSync('docker', ['rm', '--force', ...agents, other]);
    }
  });
});
