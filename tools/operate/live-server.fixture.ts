import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createPool, type Pool } from '@claude-codex/service-kit/pg/pool';
import { type Person, setUpOwner } from '../../e2e/src/person.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from '../../e2e/src/standalone.ts';
import { openDatabase } from './connect.ts';

const root = join(import.meta.dirname, '..', '..');
export const TASKS = 3;
export const CHANGES = 8;
/** Each of these tests starts several processes: how long that takes on a busy machine is no finding. */
export const PATIENCE_MS = 300_000;

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

export interface LiveServer {
  readonly server: StandaloneServer;
  readonly person: Person;
  /** Its database, as an operator reaches it; gone once the server was stopped. */
  readonly pool: Pool;
  /** With the settings of the server; `npm run` does no more than this, which `runProgram` shows. */
  run(command: string, args?: string[], env?: Record<string, string>): Promise<Ended>;
  runProgram(program: string, args: string[], env?: Record<string, string>): Promise<Ended>;
  remove(): Promise<void>;
}

/** A standalone server with an owner, `TASKS` tasks and `CHANGES` changes of each. */
export async function startLiveServer(): Promise<LiveServer> {
  const server = await startStandalone();
  const person = await setUpOwner(server.url, SETUP_TOKEN);
  const { id: repositoryId } = await person.connectSample();
  for (let task = 0; task < TASKS; task += 1) {
    const id = await person.createTask({ title: `Task ${task}`, repositoryId });
    for (let change = 0; change < CHANGES; change += 1) {
      await person.api.patch(`/api/tasks/${id}`, { title: `Task ${task}, change ${change}` });
    }
  }
  const { connectionString } = await openDatabase({ CODEX_DATA_DIR: server.dataDir });
  const pool = createPool({ connectionString, name: 'test', onError: () => undefined });

  function runProgram(program: string, args: string[], env: Record<string, string> = {}): Promise<Ended> {
    const child = spawn(program, args, {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        CODEX_DATA_DIR: server.dataDir,
        CODEX_API_URL: server.url,
        CODEX_API_TOKEN: person.api.token ?? '',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said: Ended = { code: null, out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      said.out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said.err += chunk.toString();
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ ...said, code }));
    });
  }

  return {
    server,
    person,
    pool,
    run: (command, args = [], env = {}) =>
      runProgram(process.execPath, [join(root, 'tools', `${command}.ts`), ...args], env),
    runProgram,
    async remove() {
      await pool.end();
      await server.remove();
    },
  };
}
