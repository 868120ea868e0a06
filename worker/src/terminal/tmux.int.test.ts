import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@claude-codex/testing/skips';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTerminal, tmuxSocket } from './tmux.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "codex tmux's-"));
});
// The shell ends a moment after its server, and writes its history then.
afterEach(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));

const open = (environment: Record<string, string>) =>
  startTerminal({ home, checkout: home, logPath: join(home, "agent's.log"), environment });

test('says that tmux is not there', async () => {
  expect(await open({ PATH: '/nowhere' })).toContain('ENOENT');
});

const missing = spawnSync('tmux', ['-V']).status === 0 ? null : 'apt-get install tmux';
describeWith({ name: 'tmux', missing }, 'a terminal', () => {
  afterEach(() => {
    spawnSync('tmux', ['-S', tmuxSocket(home), 'kill-server']);
  });
  const tmux = (...args: string[]) => execFileSync('tmux', ['-S', tmuxSocket(home), ...args]).toString();

  test('has a window that follows the log and a shell, and nothing but the given environment', async () => {
    await writeFile(join(home, "agent's.log"), 'first line\n');
    process.env.NOT_FOR_TERMINALS = 'x';
    expect(await open({ PATH: process.env.PATH ?? '', HOME: home })).toBeNull();
    delete process.env.NOT_FOR_TERMINALS;
    expect(tmux('list-windows', '-t', 'agent', '-F', '#{window_name} #{window_active}')).toBe('agent 1\nshell 0\n');
    await expect.poll(() => tmux('capture-pane', '-p', '-t', 'agent:agent')).toContain('first line');
    expect(tmux('show-environment', '-g')).not.toContain('NOT_FOR_TERMINALS');
    tmux('send-keys', '-t', 'agent:shell', 'echo "in $PWD"', 'Enter');
    await expect.poll(() => tmux('capture-pane', '-p', '-J', '-t', 'agent:shell')).toContain(`in ${home}`);
  });
});
