import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAgentSide } from './create-agent-side.ts';
import type { Ends } from './line-stream.ts';
import { serveAgentSide } from './serve.ts';

const CONNECT_TIMEOUT_MS = 30_000;
const RETRY_MS = 10;

/** `main.ts [SOCKET]`: serves the supervisor behind the socket, or the one that started it over its own input and output. */
const [path] = process.argv.slice(2);
// A signal for the whole family is the supervisor's to act on; this side ends with its channel.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
const ends = path === undefined ? { input: process.stdin, output: process.stdout } : await connected(path);
await serveAgentSide(ends, (warn) => createAgentSide(process.env, warn));
process.exit(0);

/** The supervisor makes its socket when it starts, which may be a moment after this. */
async function connected(socketPath: string): Promise<Ends> {
  const until = Date.now() + CONNECT_TIMEOUT_MS;
  for (;;) {
    const socket = connect(socketPath);
    const problem = await new Promise<Error | null>((resolve) => {
      socket.once('connect', () => resolve(null));
      socket.once('error', resolve);
    });
    if (problem === null) return { input: socket, output: socket };
    if (Date.now() > until) throw problem;
    await sleep(RETRY_MS);
  }
}
