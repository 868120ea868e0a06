import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subjects, TerminalAttached } from '@claude-codex/contracts';
import { createInProcessBus } from '@claude-codex/service-kit/bus/in-process-bus';
import { publishJson, requestJson } from '@claude-codex/service-kit/bus-json';
import { newId } from '@claude-codex/service-kit/ids';
import { createLogger } from '@claude-codex/service-kit/log';
import { describeWith, waitFor } from '@claude-codex/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDirectories } from '../checkouts/directories.ts';
import { USER } from '../runtimes/process/process-runtime.fixture.ts';
import { createProcessRuntime } from '../runtimes/process/process-runtime.ts';
import { type Runtime, RuntimeGone } from '../runtimes/runtime.ts';
import { serveTerminal } from './serve-terminal.ts';

function tmuxEngine() {
  try {
    execFileSync('tmux', ['-V']);
    return { name: 'tmux', missing: null };
  } catch {
    return { name: 'tmux', missing: 'install tmux' };
  }
}

describeWith(tmuxEngine(), 'terminal', () => {
  let home: string;
  let runtime: Runtime;
  const instanceId = newId();
  const bus = createInProcessBus();
  const handle = { name: 'agent-x-1', instanceId, epoch: 1, status: 'running' as const, exit: null };
  const tmux = (...args: string[]) => execFileSync('tmux', ['-S', join(home, 'tmux.sock'), '-f', '/dev/null', ...args]);
  const log = createLogger({ service: 'test', level: 'silent' });
  let close: () => void;
  let seen = '';
  let stopListening: () => void;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'codex-tmux-'));
    // Only how a program is run inside a worker is of interest here; the worker itself is not.
    const facts = { command: [], shown: [], exposure: '', reason: '', memoryBytes: 1 };
    const directories = createDirectories(home);
    const real = createProcessRuntime({ ...facts, directories, user: USER, sandbox: null });
    runtime = { ...real, exec: (_handle, command) => startProgram(real, command) };
    close = serveTerminal({ bus, runtime, handle, home, log }).close;
    seen = '';
    stopListening = bus.subscribe(subjects.terminal.output(instanceId), (bytes) => {
      seen += Buffer.from(bytes).toString('utf8');
    });
  });
  afterEach(() => {
    stopListening();
    close();
    spawnSync('tmux', ['-S', join(home, 'tmux.sock'), 'kill-server']);
    // The shell ends a moment after its server, and writes its history then.
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });

  const attach = (cols = 90, rows = 20) =>
    requestJson(bus, subjects.terminal.attach(instanceId), { instanceId, cols, rows }, TerminalAttached, {
      timeoutMs: 4_000,
    });
  const type = (text: string) => bus.publish(subjects.terminal.input(instanceId), Buffer.from(text));

  it('says that there is no terminal when tmux is not running', async () => {
    expect(await attach()).toMatchObject({ available: false, code: 'TERMINAL_UNAVAILABLE' });
  });

  it('shows the screen with its scrollback, follows it, and types', async () => {
    tmux('new-session', '-d', '-s', 'agent', '-x', '80', '-y', '24', 'sh');
    tmux('send-keys', '-t', 'agent', 'seq 1 60', 'Enter');
    await waitFor('the numbers', () => String(tmux('capture-pane', '-p', '-t', 'agent')).includes('\n60\n'));
    const first = await attach();
    expect(first).toMatchObject({ available: true, cols: 90, rows: 20 });
    const snapshot = Buffer.from(first.snapshot, 'base64').toString('utf8');
    expect(snapshot).toMatch(/1 *\r\n2 *\r\n3 *\r\n/);
    expect(snapshot).toMatch(/\r\n60 *\r\n/);
    type('echo "h""éllo"\r');
    await waitFor('the echo', () => seen.includes('héllo\r\n'));
    const second = await attach(200, 50);
    // A second viewer sees the same screen and does not change its size.
    expect(second).toMatchObject({ available: true, cols: 90, rows: 20 });
    expect(Buffer.from(second.snapshot, 'base64').toString('utf8')).toContain('héllo');
  });

  it('changes its size, and the window with the prefix key', async () => {
    tmux('new-session', '-d', '-s', 'agent', '-x', '80', '-y', '24', 'sh');
    tmux('new-window', '-d', '-t', 'agent', 'sh');
    await attach();
    publishJson(bus, subjects.terminal.resize(instanceId), { cols: 101, rows: 33 });
    await waitFor(
      'the new size',
      () =>
        String(tmux('display-message', '-p', '-t', 'agent', '#{window_width}x#{window_height}')).trim() === '101x33',
    );
    type('\x02n');
    await waitFor('the other window', () => seen.includes('\x1b[2J'));
    type('echo second-""window\r');
    await waitFor('its output', () => seen.includes('second-window\r\n'));
    expect(String(tmux('capture-pane', '-p', '-t', 'agent:1'))).toContain('second-window');
  });

  it('keeps what a pane prints from acting on the viewer', async () => {
    tmux('new-session', '-d', '-s', 'agent', '-x', '80', '-y', '24', 'sh');
    await waitFor('the prompt', () =>
      /[#$] $/m.test(`${String(tmux('capture-pane', '-p', '-t', 'agent')).trimEnd()} `),
    );
    await attach();
    type("printf '\\033]52;c;aGk=\\007<\\033[6n>'\r");
    await waitFor('the harmless rest', () => seen.includes('<>'));
    expect(seen).not.toContain('\x1b]52');
  });
});

/** The runtime's own way to run a program, without a worker around it. */
async function startProgram(_runtime: Runtime, command: readonly string[]) {
  const { execute } = await import('../runtimes/process/execute.ts');
  if (command.length === 0) throw new RuntimeGone('agent-x-1');
  return execute(command, null);
}
