import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeWith, type Engine } from '@claude-codex/testing';
import { expect, it } from 'vitest';
import { chromiumEngine } from '../src/browser.ts';

const run = promisify(execFile);
const SCRIPT = join(import.meta.dirname, '..', 'src', 'loopback-only.ts');

/** A namespace of its own with nothing but a loopback device. */
const UNSHARE = ['--net', '--', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
const namespaces: Engine = {
  name: 'network namespaces and Chromium',
  missing:
    chromiumEngine.missing ??
    (spawnSync('unshare', [...UNSHARE, 'true']).status === 0
      ? null
      : 'needs root, or the right to unshare the network'),
};

describeWith(namespaces, 'a machine with nothing but loopback', () => {
  it('starts, shows its pages and runs the demo to its first review', async () => {
    const { stdout } = await run('unshare', [...UNSHARE, process.execPath, SCRIPT], { timeout: 170_000 });
    process.stdout.write(stdout);
    expect(stdout).toContain('devices: lo\n');
    expect(stdout).toContain('outside: not reachable\n');
    expect(stdout).toContain('plan in review\n');
  });
});
