import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort, waitFor } from '@claude-codex/testing';

export const SETUP_TOKEN = 'a-set-up-token-for-the-tests';
const ROOT = resolve(import.meta.dirname, '..', '..');

export interface StandaloneServer {
  readonly url: string;
  readonly dataDir: string;
  readonly pid: number;
  /** Milliseconds from the start of the process to the first answered page. */
  readonly startMs: number;
  /** Everything it printed so far. */
  output(): string;
  /** SIGKILL to the server process alone, as a crash would. */
  kill(): Promise<void>;
  /** Ends it politely and keeps its data. */
  stop(): Promise<void>;
  /** What the terminal it was started in does when somebody closes it. */
  hangUp(): Promise<void>;
  /** Starts again on the same data and the same port. */
  restart(): Promise<void>;
  /** Ends it politely and removes its data. */
  remove(): Promise<void>;
}

/**
 * A real standalone server, started as `npm start` starts it, on a free port with a data directory of its own. `uid`: as
 * that user, where the test is root. `wrapper`: a command that ends by running the one it is given in its own place.
 */
export async function startStandalone(
  env: Record<string, string> = {},
  uid: number | null = null,
  wrapper: readonly string[] = [],
): Promise<StandaloneServer> {
  const home = await mkdtemp(join(tmpdir(), 'claude-codex-e2e-'));
  if (uid !== null) await chown(home, uid, uid);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = createWriteStream(join(home, 'output.log'));
  let printed = '';
  let server: ChildProcess;
  let startMs = 0;

  async function start(): Promise<void> {
    const from = performance.now();
    const main = [process.execPath, '--max-semi-space-size=4', join(ROOT, 'standalone', 'src', 'main.ts')];
    // After the wrapper, which may need root's rights.
    const asUser = uid === null ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
    const [program = '', ...args] = [...wrapper, ...asUser, ...main];
    server = spawn(program, args, {
      cwd: home,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: uid === null ? (process.env.HOME ?? home) : home,
        PORT: String(port),
        CODEX_DATA_DIR: join(home, 'data'),
        CODEX_SETUP_TOKEN: SETUP_TOKEN,
        CODEX_RUNTIME: 'process',
        NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'compiled'),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [server.stdout, server.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
        log.write(chunk);
      });
    }
    const state = await waitFor(
      'the server to answer',
      async () => {
        if (server.exitCode !== null) return 'ended';
        const answer = await fetch(`${url}/readyz`).catch(() => null);
        return answer?.ok === true ? 'ready' : null;
      },
      // How long it takes is for the benchmark to say; a busy machine must not fail a test of something else.
      { timeoutMs: 180_000 },
    ).catch(async (error: unknown) => {
      await end('SIGKILL');
      throw error;
    });
    if (state === 'ended') throw new Error(`the server ended:\n${printed}`);
    startMs = performance.now() - from;
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill(signal);
    await exited;
  }

  await start();
  return {
    url,
    dataDir: join(home, 'data'),
    get pid() {
      return server.pid ?? 0;
    },
    get startMs() {
      return startMs;
    },
    output: () => printed,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    hangUp: () => end('SIGHUP'),
    restart: start,
    async remove() {
      await end('SIGTERM');
      log.end();
      // For root the database lies outside, where its own user can go.
      const database = /Postgres made in (\S+)/.exec(printed)?.[1];
      for (const path of [home, ...(database === undefined ? [] : [database, `${database}.log`])]) {
        await rm(path, { recursive: true, force: true });
      }
    },
  };
}
