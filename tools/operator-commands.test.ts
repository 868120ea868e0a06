import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { processesOf } from './lib/processes-of.mjs';
import { node24, root } from './lib/root.mjs';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const OPERATOR = ['doctor', 'rebuild', 'resume', 'archive', 'new-epoch', 'backup', 'restore', 'export'];

describe('an operator command', () => {
  it.each(OPERATOR)('%s says how it is used, whatever else stands there, and does nothing', (name) => {
    const [, launcher = '', file = ''] = scripts[name]?.split(' ') ?? [];
    expect(launcher).toBe('tools/operate.mjs');
    const said = execFileSync(node24, [file, 'nonsense', '--help'], { cwd: root, encoding: 'utf8' });
    expect(said).toMatch(new RegExp(`^Usage: npm run ${name}\\b`));
  });
});

describe('a command of the team server', () => {
  /** A machine on which Docker notes that it was called and does nothing. */
  const run = (file: string, ...words: string[]) => {
    const bin = mkdtempSync(join(tmpdir(), 'claude-codex-test-bin-'));
    writeFileSync(join(bin, 'docker'), `#!/bin/sh\necho "$@" >> ${bin}/called\n`, { mode: 0o755 });
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
    const { status, stdout, stderr } = spawnSync(node24, [join(root, 'tools', file), ...words], { env });
    const called = readdirSync(bin).includes('called');
    rmSync(bin, { recursive: true });
    return { status, said: `${stdout}${stderr}`, called };
  };

  it.each(['up', 'down', 'images'])('%s says how it is used, and touches nothing', (name) => {
    for (const words of [['--help'], ['-h'], ['gateway', '--help']]) {
      const { said, ...ended } = run(`${name}.mjs`, ...words);
      expect(said).toMatch(new RegExp(`^Usage: npm run ${name}\\b`));
      expect(ended).toEqual({ status: 0, called: false });
    }
  });

  it.each([['gateway'], ['--dry-run'], ['--volumes', 'gateway'], ['--timeout', 'soon']])(
    'down ends no agent when it is told something else: %s',
    (...words) => {
      const { said, ...ended } = run('down.mjs', ...words);
      expect(said).toContain('npm run down does not know');
      expect(ended).toEqual({ status: 1, called: false });
    },
  );
});

describe('a checkout', () => {
  let checkout: string;
  beforeAll(() => {
    checkout = mkdtempSync(join(tmpdir(), 'claude-codex-test-checkout-'));
    cpSync(join(root, 'tools', 'lib'), join(checkout, 'tools', 'lib'), { recursive: true });
    for (const file of ['tools/operate.mjs', 'tools/on-node24.mjs', 'libs/service-kit/src/known-causes.mjs']) {
      cpSync(join(root, file), join(checkout, file));
    }
    writeFileSync(join(checkout, 'package-lock.json'), '{"packages":{"node_modules/absent":{"version":"2.0.0"}}}');
  });
  afterAll(() => rmSync(checkout, { recursive: true, force: true }));

  const run = (launcher: string): { code: number; err: string } => {
    try {
      execFileSync(node24, [join(checkout, 'tools', launcher), '--version'], { stdio: 'pipe' });
      return { code: 0, err: '' };
    } catch (error) {
      const { status, stderr } = error as { status: number; stderr: Buffer };
      return { code: status, err: stderr.toString() };
    }
  };

  it('without packages gets none from an operator command', () => {
    expect(run('operate.mjs')).toEqual({
      code: 1,
      err: 'Nothing is installed here yet, so there is no server to look after. Start one: npm start\n',
    });
    expect(readdirSync(checkout).sort()).toEqual(['libs', 'package-lock.json', 'tools']);
  });

  it('whose packages are in use keeps them: an operator command runs, an install is refused', async () => {
    const bin = join(checkout, 'node_modules', '.bin');
    mkdirSync(bin, { recursive: true });
    cpSync(realpathSync(node24), join(bin, 'node'));
    writeFileSync(join(checkout, 'node_modules', '.package-lock.json'), '{"packages":{}}');
    const server = spawn(join(bin, 'node'), ['--eval', 'setInterval(() => {}, 1000); console.log("up")']);
    try {
      await new Promise((resolve) => server.stdout.once('data', resolve));
      expect(processesOf(join(bin, 'node'))).toEqual([server.pid]);
      expect(run('operate.mjs')).toEqual({ code: 0, err: '' });
      const refused = run('on-node24.mjs');
      expect(refused.code).toBe(1);
      expect(refused.err).toContain(`absent is missing or old`);
      expect(refused.err).toContain(`a process runs from them (${server.pid})`);
      expect(readdirSync(join(checkout, 'node_modules')).sort()).toEqual(['.bin', '.package-lock.json']);
    } finally {
      server.kill('SIGKILL');
    }
  });
});
