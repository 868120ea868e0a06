import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runMainFlow } from '../src/main-flow.ts';
import { type Person, setUpOwner } from '../src/person.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from '../src/standalone.ts';

/** An ordinary user of the machine (`nobody`: Postgres wants one with a name), and one who has nothing to do with it all. */
const [ORDINARY, STRANGER] = [65_534, 65_532];
const TOKEN = 'canary-token-of-the-model-provider';
const root = process.getuid?.() === 0;
const SERVERS: readonly (readonly [string, number | null])[] = root
  ? [
      ['root', null],
      ['an ordinary user', ORDINARY],
    ]
  : [['an ordinary user', null]];

describe.each(SERVERS)('a standalone server that runs as %s', (_who, uid) => {
  let server: StandaloneServer;
  let person: Person;
  beforeAll(async () => {
    // As open as a person's shell could make it.
    const before = process.umask(0);
    server = await startStandalone({ GITHUB_WEBHOOK_SECRET: TOKEN }, uid).finally(() => process.umask(before));
    person = await setUpOwner(server.url, SETUP_TOKEN);
  });
  afterAll(() => server?.remove());

  it('keeps its agents in a sandbox and everybody else out of its files, while the whole job is done', async () => {
    const looked = { agents: 0, doors: 0 };
    const task = await runMainFlow(person, async (step) => {
      if (step !== 'plan in review' && step !== 'question open') return;
      const agents = agentsOf(server.dataDir);
      for (const pid of agents) lookAtAgent(pid);
      looked.agents += agents.length;
      looked.doors += lookAsStranger(server.dataDir);
    });
    expect(task.state).toBe('completed');
    expect(looked.agents).toBeGreaterThan(2);
    expect(looked.doors).toBeGreaterThan(0);
    expect(readFileSync(`/proc/${server.pid}/environ`, 'utf8')).toContain(TOKEN);
    expect(server.output()).toContain('bubblewrap');
  });

  function lookAtAgent(pid: number): void {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const ids = /^Uid:\t(\d+)\t(\d+)\t(\d+)\t(\d+)$/m.exec(status)?.slice(1).map(Number) ?? [0];
    expect(ids, status).not.toContain(0);
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).toMatch(/^Seccomp:\t2$/m);
    for (const kind of ['mnt', 'pid', 'net', 'ipc', 'uts']) {
      expect(namespace(pid, kind), kind).not.toBe(namespace(server.pid, kind));
    }
    if (!root) return;
    // The agent's own view of the machine, as root sees it.
    const inside = `/proc/${pid}/root`;
    for (const path of ['secrets', 'postgres', 'mirrors', 'blobs', 'doors.json', 'server.log', 'processes']) {
      expect(existsSync(join(inside, server.dataDir, path)), path).toBe(false);
    }
    for (const path of ['/root', '/home', '/run', '/var/run/docker.sock', '/sys', '/etc/shadow']) {
      expect(existsSync(join(inside, path)), path).toBe(false);
    }
    expect(readdirSync(join(inside, 'proc')).filter((name) => /^\d+$/.test(name))).not.toContain(String(server.pid));
  }
});

function namespace(pid: number, kind: string): string {
  return String(statSync(`/proc/${pid}/ns/${kind}`).ino);
}

/** Process ids of Claude Code and what it started: what carries a worker's marker and is no part of the sandbox itself. */
function agentsOf(dataDir: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      const command = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
      return (
        environment.includes('CODEX_WORKER=') && environment.includes(dataDir) && !['bwrap', 'sh'].includes(command)
      );
    } catch {
      return false; // it has ended, or shows nothing to us
    }
  });
}

/** Another user of the machine gets nowhere; returns how many doors were tried. */
function lookAsStranger(dataDir: string): number {
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  const doors = execFileSync('find', [join(dataDir, 'sockets'), '-type', 's'], { encoding: 'utf8' })
    .trim()
    .split('\n');
  for (const door of doors) {
    expect([statSync(door).mode & 0o777, statSync(join(door, '..')).mode & 0o777]).toEqual([0o600, 0o700]);
    if (!root) continue;
    const connect = `require('net').connect('${door}').on('connect', () => console.log('in')).on('error', (e) => console.log(e.code))`;
    const options = { encoding: 'utf8' as const, uid: STRANGER, gid: STRANGER, cwd: '/', env: {} };
    expect(execFileSync(process.execPath, ['-e', connect], options).trim()).toBe('EACCES');
  }
  return doors.length;
}
