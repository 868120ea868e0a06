import { spawn } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import { AGENT_SIDE_NAME } from '@claude-codex/contracts/worker/protocol';
import type { Ends } from './line-stream.ts';

/** Whoever starts the agent's side has done so by then, or never will. */
const CONNECT_TIMEOUT_MS = 30_000;

/**
 * The channel to the agent's side, as the supervisor's environment says: a path is a socket that the first to connect
 * gets (it was started beside us, as another user, before there was any agent); a list is the command that starts it.
 */
export function connectAgentSide(environment: NodeJS.ProcessEnv): Promise<Ends> {
  const setting = environment[AGENT_SIDE_NAME] ?? '';
  return setting.startsWith('/') ? firstConnection(setting) : Promise.resolve(ownProcess(setting, environment));
}

async function firstConnection(path: string): Promise<Ends> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const server = createServer(resolve);
  server.maxConnections = 1;
  server.once('error', reject);
  // The directory is the supervisor's and the socket lives for one connection: who may connect is settled by being first.
  server.listen({ path, readableAll: true, writableAll: true });
  const timer = setTimeout(() => reject(new Error('the agent side did not connect')), CONNECT_TIMEOUT_MS);
  try {
    const socket = await promise;
    return { input: socket, output: socket };
  } finally {
    clearTimeout(timer);
    server.close();
  }
}

function ownProcess(setting: string, environment: NodeJS.ProcessEnv): Ends {
  const { [AGENT_SIDE_NAME]: _setting, ...rest } = environment;
  const [command = '', ...args] = commandOf(setting);
  // Its own group: a signal that was meant for the supervisor must not end the agent before the supervisor does.
  const child = spawn(command, args, { env: rest, detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  child.once('error', (error) => child.stdout.destroy(error));
  return { input: child.stdout, output: child.stdin };
}

function commandOf(setting: string): string[] {
  if (setting !== '') return JSON.parse(setting) as string[];
  // Beside this file, in the same form: source or bundle.
  return [
    process.execPath,
    ...process.execArgv,
    new URL(import.meta.url.endsWith('.ts') ? 'main.ts' : 'agent-side.mjs', import.meta.url).pathname,
  ];
}
