import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import type { Engine } from './skips.ts';
import { waitFor } from './wait-for.ts';

/** For `describeWith`: Debian's redis-server, or valkey-server, which speaks the same. */
const BINARY = [process.env.REDIS_SERVER_BIN, 'redis-server', 'valkey-server'].find(canRun);
export const redisEngine: Engine = {
  name: 'redis-server',
  missing: BINARY === undefined ? 'install redis-server or valkey-server, or set REDIS_SERVER_BIN' : null,
};

export interface TestRedis {
  readonly url: string;
  /** SIGKILL, then a new one without any data: what a lost volume looks like. */
  restartEmpty(): Promise<void>;
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A real Redis for a test file, without anything on disk. Call `stop` in `afterAll`. */
export async function startTestRedis(): Promise<TestRedis> {
  const directory = mkdtempSync(join(tmpdir(), 'claude-codex-test-redis-'));
  const port = await freePort();
  let server: ChildProcess | null = null;
  const killWithUs = (): void => void server?.kill('SIGKILL');

  async function start(): Promise<void> {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', directory];
    server = spawn(BINARY ?? 'redis-server', [...options, '--maxmemory-policy', 'noeviction'], { stdio: 'ignore' });
    process.once('exit', killWithUs);
    await waitFor('the test Redis to answer', () => answers(port));
  }

  async function kill(): Promise<void> {
    process.off('exit', killWithUs);
    const running = server;
    server = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    await ended;
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    start,
    async restartEmpty() {
      await kill();
      await start();
    },
    async stop() {
      await kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function canRun(binary: string | undefined): binary is string {
  if (binary === undefined) return false;
  try {
    execFileSync(binary, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
