import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BoardView, formatStreamId } from '@claude-codex/contracts';
import { createPool, type Pool } from '@claude-codex/service-kit/pg/pool';
import { waitFor } from '@claude-codex/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, setUpOwner } from '../e2e/src/person.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from '../e2e/src/standalone.ts';
import { openDatabase } from './operate/connect.ts';

const root = join(import.meta.dirname, '..');
const TASKS = 3;
const CHANGES = 8;
/** Each of these starts several processes: how long that takes on a busy machine is no finding. */
const PATIENCE_MS = 300_000;

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

describe('the commands of an operator on a live standalone server', () => {
  let server: StandaloneServer;
  let person: Person;
  let pool: Pool;

  beforeAll(async () => {
    server = await startStandalone();
    person = await setUpOwner(server.url, SETUP_TOKEN);
    const { id: repositoryId } = await person.connectSample();
    for (let task = 0; task < TASKS; task += 1) {
      const id = await person.createTask({ title: `Task ${task}`, repositoryId });
      for (let change = 0; change < CHANGES; change += 1) {
        await person.api.patch(`/api/tasks/${id}`, { title: `Task ${task}, change ${change}` });
      }
    }
    const { connectionString } = await openDatabase({ CODEX_DATA_DIR: server.dataDir });
    pool = createPool({ connectionString, name: 'test', onError: () => undefined });
  }, PATIENCE_MS);
  afterAll(async () => {
    await pool.end();
    await server.remove();
  });

  /** With the settings of the server; `npm run` does no more than this, which one test below shows. */
  const run = (command: string, args: string[] = [], env: Record<string, string> = {}) =>
    ended(process.execPath, [join(root, 'tools', `${command}.ts`), ...args], env);

  async function ended(program: string, args: string[], env: Record<string, string> = {}): Promise<Ended> {
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

  const statusOf = async (name: string) => {
    const { rows } = await pool.query<{ status: string }>(
      `select status from read.projection where name = $1 and status <> 'retired'`,
      [name],
    );
    return rows.map(({ status }) => status).join();
  };

  it(
    'doctor finds a live server well, and says what it looked at',
    async () => {
      const { code, out, err } = await run('doctor');
      expect(err).toBe('');
      expect(out).toMatch(/^Looking at the running server of .+\. Nothing is changed\.\n/);
      const marks = [...out.matchAll(/^([✓✗–]) (\S+)/gm)].map(([, mark, id]) => `${mark} ${id}`);
      expect([...new Set(marks)]).toEqual([
        '✓ I1',
        '✓ I2',
        '✓ I3',
        '✓ I4',
        '✓ I5',
        '✓ chain',
        '✓ I9',
        '✓ snaps',
        '✓ I6',
        '– I7',
        '✓ runs',
        '✓ I8',
      ]);
      const [, events, connections] = /(\d+) events of 3 tasks over (\d+) connections/.exec(out) ?? [];
      expect(Number(events)).toBeGreaterThanOrEqual(TASKS * (CHANGES + 1));
      expect(Number(connections)).toBeGreaterThan(TASKS);
      expect(out).toContain('All is well (1 could not be looked at).');
      expect(code).toBe(0);
    },
    PATIENCE_MS,
  );

  it(
    'doctor says what it cannot look at without an API token, with a wrong one, and without a gateway',
    async () => {
      const without = await run('doctor', [], { CODEX_API_TOKEN: '' });
      expect(without.out).toContain('– I8     a browser sees every event it may see once and in order');
      expect(without.out).toContain('CODEX_API_TOKEN is not set');
      const wrong = await run('doctor', [], { CODEX_API_TOKEN: 'cdx_wrong' });
      expect(wrong.out).toContain(`${server.url} answers 401 to this API token`);
      const nobody = await run('doctor', [], { CODEX_API_URL: 'http://127.0.0.1:9' });
      expect(nobody.out).toContain('http://127.0.0.1:9 does not answer (CODEX_API_URL)');
      expect([without.code, wrong.code, nobody.code]).toEqual([0, 0, 0]);
    },
    PATIENCE_MS,
  );

  it(
    'doctor ends with 1 and names the position when an event was changed',
    async () => {
      const change = (set: string) => async () => {
        const client = await pool.connect();
        await client.query(
          `set session_replication_role = replica; update es.event set data = ${set} where position = 2`,
        );
        client.release(true);
      };
      await change(`data || '{"changed": true}'`)();
      const { code, out } = await run('doctor');
      await change(`data - 'changed'`)();
      expect(out).toContain('✗ chain  every event fits the hash chain of its workspace');
      expect(out).toContain('1 changed since they were written: position 2');
      expect(out).toMatch(/promises are broken/);
      expect(code).toBe(1);
    },
    PATIENCE_MS,
  );

  it(
    'resume lists what is paused, lets it go on, and names what it does not know',
    async () => {
      expect(await run('resume')).toEqual({ code: 0, out: 'Nothing is paused.\n', err: '' });
      await pool.query(
        `update read.projection set status = 'paused', last_error = '{"position": 7, "message": "cannot digest this"}'
        where name = 'workspace' and status = 'live'`,
      );
      const ill = await run('doctor');
      expect(ill.out).toMatch(/✗ runs .+\n +read model workspace at \d+; npm run resume/);
      expect(ill.code).toBe(1);
      expect(await run('resume')).toMatchObject({
        code: 0,
        out: 'workspace  {"message":"cannot digest this","position":7}\n',
      });
      expect(await run('resume', ['workspace'])).toEqual({
        code: 0,
        out: 'workspace tries its event again.\n',
        err: '',
      });
      expect(await run('resume', ['workspace'])).toEqual({ code: 1, out: 'workspace was not paused.\n', err: '' });
      const unknown = await run('resume', ['nonsense']);
      expect(unknown.err).toMatch(/^There is no nonsense\. There are: .*tasks.*\nUsage: npm run resume/);
      expect(unknown.code).toBe(2);
    },
    PATIENCE_MS,
  );

  it(
    'archive says what it would move, and names what it cannot understand',
    async () => {
      const dry = await run('archive', ['--closed-before', '90d', '--dry-run']);
      expect(dry.err).toBe('');
      expect(dry.out).toMatch(/^the running server of .+: 0 streams with 0 events belong to tasks that ended before /);
      expect(dry.out).toMatch(/Nothing was moved \(--dry-run\)\.\n$/);
      expect(dry.code).toBe(0);
      const wrong = await run('archive', ['--closed-before', 'soon']);
      expect(wrong.err).toMatch(/^--closed-before needs an age such as 90d, not "soon"\.\nUsage: npm run archive/);
      expect(wrong.code).toBe(2);
      const unknown = await run('archive', ['--older', '90d']);
      expect(unknown.err).toMatch(/^Unknown option '--older'.*\n(.*\n)*Usage: npm run archive/);
      expect(unknown.code).toBe(2);
    },
    PATIENCE_MS,
  );

  it(
    'rebuild builds a read model beside the live one while the server runs',
    async () => {
      const build = async () => {
        const { rows } = await pool.query<{ build: number }>(
          `select build from read.projection where name = 'tasks' and status = 'live'`,
        );
        return rows[0]?.build;
      };
      const before = await build();
      const { code, out, err } = await run('rebuild', ['tasks']);
      expect(err).toBe('');
      expect(out).toMatch(/^Rebuilding tasks in the running server of .+\n/);
      expect(out).toMatch(/Done after [\d.]+ s: the new read model is live\.\n$/);
      expect(code).toBe(0);
      expect(await build()).toBe((before ?? 0) + 1);
      expect((await run('doctor')).code).toBe(0);
    },
    PATIENCE_MS,
  );

  it(
    'names a wrong argument, and a place where nothing is',
    async () => {
      const usage = 'Usage: npm run rebuild -- <tasks | workspace> [--cancel]\n';
      expect(await run('rebuild')).toEqual({ code: 2, out: '', err: `Which one?\n${usage}` });
      expect(await run('rebuild', ['nonsense'])).toEqual({ code: 2, out: '', err: `There is no nonsense.\n${usage}` });
      const notBuilding = { code: 1, out: 'tasks was not being rebuilt.\n', err: '' };
      expect(await run('rebuild', ['tasks', '--cancel'])).toEqual(notBuilding);
      for (const command of ['doctor', 'new-epoch']) {
        const { code, err } = await run(command, ['--hard']);
        expect(err).toBe(`Unknown argument: --hard\nUsage: npm run ${command}\n`);
        expect(code).toBe(2);
      }
      const empty = mkdtempSync(join(tmpdir(), 'claude-codex-nothing-'));
      const nowhere = await run('doctor', [], { CODEX_DATA_DIR: empty });
      rmSync(empty, { recursive: true });
      expect(nowhere.err).toContain(`No server was ever started in ${empty}. Set CODEX_DATA_DIR`);
      const refused = await run('resume', [], { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' });
      expect(refused.err).toBe('connect ECONNREFUSED 127.0.0.1:9\n');
      expect([nowhere.code, refused.code]).toEqual([2, 2]);
    },
    PATIENCE_MS,
  );

  it(
    'npm run hands arguments and exit codes through',
    async () => {
      const npm = (...args: string[]) => ended('npm', ['run', '--silent', ...args]);
      expect(await npm('resume')).toEqual({ code: 0, out: 'Nothing is paused.\n', err: '' });
      expect((await npm('resume', '--', 'workspace')).code).toBe(1);
      expect((await npm('rebuild', '--', 'nonsense')).code).toBe(2);
      expect((await npm('doctor', '--', '--hard')).err).toContain('Unknown argument: --hard');
      expect((await npm('new-epoch', '--', '--hard')).err).toContain('Unknown argument: --hard');
    },
    PATIENCE_MS,
  );

  it(
    'new-epoch makes open pages start over and read models anew, and all is well again',
    async () => {
      const board = await person.api.get<BoardView>('/api/board');
      const { code, out, err } = await run('new-epoch');
      expect(err).toBe('');
      expect(out).toMatch(
        /^the running server of .+: this history goes on from position \d+ as epoch [0-9a-f]{32}\.\n/,
      );
      expect(code).toBe(0);
      await waitFor('the read models of the new history', async () => (await statusOf('tasks')) === 'live', {
        timeoutMs: 30_000,
      });
      await waitFor('the other one', async () => (await statusOf('workspace')) === 'live', { timeoutMs: 120_000 });
      const again = await waitFor('the board of the new history', async () => {
        const now = await person.api.get<BoardView>('/api/board');
        return now.epoch !== board.epoch && now.position >= board.position && now;
      });
      expect(again.tasks.map(({ title }) => title).toSorted()).toEqual(
        board.tasks.map(({ title }) => title).toSorted(),
      );
      const stream = await person.api.raw('GET', '/api/stream', {
        headers: { 'last-event-id': formatStreamId(board.epoch, board.position) },
      });
      const first = await stream.body?.getReader().read();
      expect(Buffer.from(first?.value ?? []).toString()).toContain('event: reset');
      expect((await run('doctor')).code).toBe(0);
    },
    PATIENCE_MS,
  );

  it(
    'doctor looks at the data of a server that does not run, and leaves it stopped',
    async () => {
      await pool.end();
      await server.stop();
      const { code, out } = await run('doctor');
      expect(out).toMatch(/^Looking at the data of .+, whose server is not running\./);
      expect(code).toBe(0);
      await server.restart();
      expect((await person.api.get<BoardView>('/api/board')).tasks).toHaveLength(TASKS);
      pool = createPool({ connectionString: 'postgres://127.0.0.1:9/ended', name: 'test' });
    },
    PATIENCE_MS,
  );
});
