import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { waitFor } from '@claude-codex/testing';
import { logIn, type Person, setUpOwner } from './person.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');

export interface ComposeServer {
  readonly url: string;
  /** Where the server keeps its files on the host; agents' mounts lie below it. */
  readonly hostDir: string;
  /** The one-time link's path, good until an owner exists. */
  readonly setupPath: string;
  /** Sets the server up, or logs in where an earlier file did. */
  owner(): Promise<Person>;
  /** SIGKILL to a service's processes from outside, as a crash would; its restart policy has to bring it back. */
  crash(service: string): Promise<void>;
  /** `docker inspect` of every agent's container of this server. */
  workers(): WorkerContainer[];
}

export interface WorkerContainer {
  Id: string;
  Name: string;
  State: { Status: string; Pid: number };
  Config: { User: string; Env: string[] };
  HostConfig: Record<string, unknown>;
  Mounts: { Source: string; Destination: string; RW: boolean }[];
}

interface ServiceState {
  Pid: number;
  Status: string;
  Health?: { Status: string };
}

/** The server that tools/e2e-compose.mjs started. */
export function composeServer(): ComposeServer {
  const url = setting('CODEX_E2E_URL');
  const hostDir = setting('CODEX_HOST_DIR');

  function stateOf(service: string): ServiceState | null {
    const id = run('compose', 'ps', '--all', '--quiet', service).trim();
    return id === '' ? null : JSON.parse(run('inspect', '--format', '{{json .State}}', id));
  }

  return {
    url,
    hostDir,
    setupPath: `/setup?token=${setting('CODEX_E2E_SETUP_TOKEN')}`,
    async owner() {
      const session: { setupNeeded: boolean } = await (await fetch(`${url}/api/session`)).json();
      return session.setupNeeded ? setUpOwner(url, setting('CODEX_E2E_SETUP_TOKEN')) : logIn(url);
    },
    async crash(service) {
      const pid = stateOf(service)?.Pid ?? 0;
      if (pid === 0) throw new Error(`${service} does not run`);
      process.kill(pid, 'SIGKILL');
      await waitFor(
        `${service} to be back`,
        async () => {
          const state = stateOf(service);
          return state !== null && state.Pid !== pid && state.Health?.Status === 'healthy';
        },
        { timeoutMs: 60_000 },
      );
    },
    workers() {
      const ids = run('ps', '--quiet', '--filter', 'name=^/agent-').split('\n').filter(Boolean);
      const all: WorkerContainer[] = ids.length === 0 ? [] : JSON.parse(run('inspect', ...ids));
      return all.filter(({ Mounts }) => Mounts.some(({ Source }) => Source.startsWith(`${hostDir}/`)));
    },
  };
}

export function docker(...args: string[]): string {
  return run(...args);
}

function run(...args: string[]): string {
  return execFileSync('docker', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is missing: run npm run e2e:compose`);
  return value;
}
