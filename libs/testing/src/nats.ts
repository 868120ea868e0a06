import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import type { Engine } from './skips.ts';
import { waitFor } from './wait-for.ts';

const BINARY = process.env.NATS_SERVER_BIN ?? 'nats-server';

/** For `describeWith`: present when a nats-server of at least 2.10 can be run. */
export const natsEngine: Engine = { name: 'nats-server 2.10', missing: missingReason() };

export interface TestNats {
  readonly url: string;
  start(): Promise<void>;
  /** SIGKILL, as a crash would. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. Gives what lets it go on. */
  freeze(): () => void;
  /** Only while it is down: the JetStream volume as it is now, to be put back later. */
  snapshot(): string;
  /** Only while it is down: replaces the volume by an earlier snapshot, which is used up, or by an empty one. */
  replaceVolume(snapshot: string | null): void;
  stop(): Promise<void>;
}

/** A real NATS server with JetStream of its own for a test file. Call `stop` in `afterAll`. */
export async function startTestNats(): Promise<TestNats> {
  const root = mkdtempSync(join(tmpdir(), 'claude-codex-test-nats-'));
  const volume = join(root, 'volume');
  const port = await freePort();
  let server: ChildProcess | null = null;
  let snapshots = 0;
  const killWithUs = (): void => {
    server?.kill('SIGKILL');
  };

  async function start(): Promise<void> {
    const args = ['--jetstream', '--store_dir', volume, '--addr', '127.0.0.1', '--port', String(port)];
    server = spawn(BINARY, args, { stdio: 'ignore' });
    process.once('exit', killWithUs);
    await waitFor('the test NATS server to greet', () => greets(port));
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
    url: `nats://127.0.0.1:${port}`,
    start,
    kill,
    freeze() {
      server?.kill('SIGSTOP');
      return () => server?.kill('SIGCONT');
    },
    snapshot() {
      snapshots += 1;
      const copy = join(root, `snapshot-${snapshots}`);
      cpSync(volume, copy, { recursive: true });
      return copy;
    },
    replaceVolume(snapshot) {
      rmSync(volume, { recursive: true, force: true });
      if (snapshot !== null) renameSync(snapshot, volume);
    },
    async stop() {
      await kill();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function missingReason(): string | null {
  try {
    const version = /v(\d+)\.(\d+)\./.exec(execFileSync(BINARY, ['--version'], { encoding: 'utf8' }));
    const [major, minor] = [Number(version?.[1] ?? 0), Number(version?.[2] ?? 0)];
    return major > 2 || (major === 2 && minor >= 10) ? null : `${major}.${minor} is too old, run tools/install-nats.sh`;
  } catch {
    return 'not found, run tools/install-nats.sh or set NATS_SERVER_BIN';
  }
}

/** The server speaks first: `INFO {…}`. */
async function greets(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    const [greeting] = (await once(socket, 'data')) as [Buffer];
    return greeting.toString().startsWith('INFO');
  } finally {
    socket.destroy();
  }
}
