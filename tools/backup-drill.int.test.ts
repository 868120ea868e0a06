import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BoardView, formatStreamId, type RecordedEvent, type TaskView } from '@claude-codex/contracts';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { waitFor } from '@claude-codex/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logIn, type Person, setUpOwner } from '../e2e/src/person.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from '../e2e/src/standalone.ts';
import { openDatabase } from './operate/connect.ts';

const root = join(import.meta.dirname, '..');
const PATIENCE_MS = 600_000;
const TASK = {
  title: 'Greet visitors by the time of day',
  description: 'Greet visitors by the time of day. Lines need a signature made with the key of the greeting service.',
  workflow: 'plan-design-develop',
  execute: true,
};

/** What the drill compares: all of it as the log was at the backup's position. */
interface Seen {
  board: BoardView;
  tasks: TaskView[];
}

describe('the drill: a server at work is backed up, lost, and restored on another machine', () => {
  const place = mkdtempSync(join(tmpdir(), 'claude-codex-drill-'));
  const file = join(place, 'monday.tar.zst');
  const restoredDir = join(place, 'restored');
  let server: StandaloneServer;
  let person: Person;
  let reviewed: string;
  let atWork: string;
  let position: number;
  let restored: StandaloneServer;
  let restoredAt: number;
  let before: Seen & { epoch: string; documents: unknown };
  let now: Person;

  beforeAll(async () => {
    server = await startStandalone();
    person = await setUpOwner(server.url, SETUP_TOKEN);
  }, PATIENCE_MS);
  afterAll(async () => {
    await restored?.remove();
    await server.remove();
    rmSync(place, { recursive: true, force: true });
  });

  async function run(command: string, args: string[], env: Record<string, string>) {
    const child = spawn(process.execPath, [join(root, 'tools', `${command}.ts`), ...args], {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { code: null as number | null, out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      said.out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said.err += chunk.toString();
    });
    return new Promise<typeof said>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ ...said, code }));
    });
  }

  /** `epoch` differs by design. */
  async function seenBy({ api }: Person): Promise<Seen> {
    const { epoch: _, ...board } = await api.get<BoardView>(`/api/at/${position}/board`);
    const tasks = [reviewed, atWork].map((id) => api.get<TaskView>(`/api/at/${position}/tasks/${id}`));
    return { board: board as BoardView, tasks: await Promise.all(tasks) };
  }

  async function documentsOf({ api }: Person) {
    const { documents } = await api.get<{ documents: { path: string }[] }>(`/api/tasks/${reviewed}`);
    return Promise.all(
      documents.map(({ path }) => api.get(`/api/tasks/${reviewed}/documents?path=${encodeURIComponent(path)}`)),
    );
  }

  it(
    'backs up while an agent works, people write and a plan waits for review',
    async () => {
      const { id: repositoryId } = await person.connectSample();
      reviewed = await person.createTask({ ...TASK, repositoryId });
      await person.openReview(reviewed, 'plan', 1);
      atWork = await person.createTask({ ...TASK, title: 'Work under way', repositoryId });
      await person.waitForTask(atWork, 'an agent at work', ({ state }) => state === 'working');
      let writing = true;
      const writer = (async () => {
        for (let change = 0; writing; change += 1) {
          await person.api.patch(`/api/tasks/${reviewed}`, { title: `Greet visitors, change ${change}` });
        }
      })();
      const { code, out, err } = await run('backup', [file, '--with-key'], { CODEX_DATA_DIR: server.dataDir });
      writing = false;
      await writer;
      expect(err).toBe('');
      expect(out).toMatch(
        /^Backing up the running server of .+\n.+monday\.tar\.zst: [\d.]+ MB, events up to position \d+/,
      );
      expect(out).toMatch(/The master key \([0-9a-f]{16}\) is in it/);
      expect(code).toBe(0);
      position = Number(/position (\d+)/.exec(out)?.[1]);
      const { epoch, position: later } = await person.api.get<BoardView>('/api/board');
      expect(later).toBeGreaterThan(position);
      before = { ...(await seenBy(person)), epoch, documents: await documentsOf(person) };
    },
    PATIENCE_MS,
  );

  it(
    'restores into an empty directory, and finds everything well',
    async () => {
      await server.kill();
      restoredAt = Date.now();
      const { code, out, err } = await run('restore', [file], { CODEX_DATA_DIR: restoredDir });
      expect(err).toBe('');
      const marks = [...out.matchAll(/^([✓✗–]) (\S+)/gm)].map(([, mark, id]) => `${mark} ${id}`);
      expect(marks.join(', ')).toBe('✓ I1, ✓ I2, ✓ I3, ✓ I4, ✓ I5, ✓ chain, ✓ I9, ✓ blobs, ✓ models');
      expect(out).toContain(`This history goes on from position ${position} as epoch `);
      expect(out).toMatch(/Start the server now\. .+\n$/);
      expect(code).toBe(0);
      restored = await startStandalone({ CODEX_DATA_DIR: restoredDir });
    },
    PATIENCE_MS,
  );

  it(
    'knows the old password and API token, shows what was there, and nothing that came after',
    async () => {
      now = await logIn(restored.url);
      const asBefore = now.api.as(person.api.token ?? '');
      expect((await asBefore.raw('GET', '/api/board')).status).toBe(200);
      const { documents, epoch, ...seen } = before;
      expect(await seenBy(now)).toEqual(seen);
      expect(await documentsOf(now)).toEqual(documents);
      const { tasks } = await now.api.get<BoardView>('/api/board');
      expect(tasks.map(({ id }) => id).toSorted()).toEqual([reviewed, atWork].toSorted());
      const { body } = await now.api.raw('GET', '/api/stream', {
        headers: { 'last-event-id': formatStreamId(epoch, position) },
      });
      const first = await body?.getReader().read();
      expect(Buffer.from(first?.value ?? []).toString()).toContain('event: reset');
    },
    PATIENCE_MS,
  );

  it(
    'takes up the work of agents that are gone, and goes on with the review that waited',
    async () => {
      await now.openReview(atWork, 'plan', 1);
      const review = await now.openReview(reviewed, 'plan', 1);
      await now.api.patch(`/api/reviews/${review.id}/approve`, {});
      // The design needs nobody's approval here.
      await now.openReview(reviewed, 'develop', 1);
      const { connectionString } = await openDatabase({ CODEX_DATA_DIR: restoredDir });
      const pool = createPool({ connectionString, name: 'test' });
      const { rows } = await pool.query<{ at: Date }>('select recorded_at as at from es.event where position = $1', [
        position + 1,
      ]);
      await pool.end();
      expect(rows[0]?.at.getTime()).toBeGreaterThan(restoredAt);
    },
    PATIENCE_MS,
  );

  it(
    'is well in the doctor’s eyes',
    async () => {
      const env = { CODEX_API_URL: restored.url, CODEX_API_TOKEN: now.api.token ?? '' };
      await waitFor('the doctor to find it well', async () => {
        const { code, out } = await run('doctor', [], { CODEX_DATA_DIR: restoredDir, ...env });
        return code === 0 || Promise.reject(new Error(out));
      });
    },
    PATIENCE_MS,
  );

  it(
    'is exported as lines of JSON, from the first event to the last',
    async () => {
      const target = join(place, 'events.jsonl');
      const { code, out, err } = await run('export', [target], { CODEX_DATA_DIR: restoredDir });
      expect(err).toBe('');
      const lines = readFileSync(target, 'utf8').trimEnd().split('\n');
      const events: RecordedEvent[] = lines.map((line) => JSON.parse(line));
      expect(out).toContain(`: ${events.length} events of the running server of ${restoredDir}`);
      expect(events.map(({ position: at }) => at)).toEqual(events.map((_, index) => index + 1));
      expect(events.length).toBeGreaterThan(position);
      expect(events.filter(({ type }) => type === 'TaskCreated')).toHaveLength(2);
      expect(statSync(target).mode & 0o777).toBe(0o600);
      expect(code).toBe(0);
    },
    PATIENCE_MS,
  );

  it(
    'refuses what cannot be meant, in one sentence',
    async () => {
      const env = { CODEX_DATA_DIR: restoredDir };
      const usage = 'Usage: npm run backup -- <file or directory> [--with-key]';
      const refused = async (command: string, ...args: string[]) => {
        const { code, out, err } = await run(command, args, env);
        expect({ code, out }).toEqual({ code: 2, out: '' });
        return err;
      };
      expect(await refused('backup')).toMatch(`Where to?\n${usage}`);
      expect(await refused('backup', file)).toMatch(`${file} exists already; a backup replaces nothing.\n${usage}`);
      expect(await refused('backup', join(place, 'no', 'where'))).toMatch(/^There is no directory .+\nUsage/);
      expect(await refused('backup', 'a', 'b')).toMatch(/^Unknown argument: b\.\nUsage/);
      expect(await refused('backup', '--hard')).toMatch(/^Unknown option '--hard'.*\n(.*\n)*Usage/);
      expect(await refused('export', file)).toMatch(
        /monday\.tar\.zst exists already; an export replaces nothing\.\nUsage/,
      );
      expect(await refused('restore')).toMatch(/^Which file\?\nUsage: npm run restore -- <file>/);
      expect(await refused('restore', join(place, 'none'))).toMatch(/^There is no file .+\nUsage/);
      const broken = join(place, 'broken');
      writeFileSync(broken, 'no backup');
      expect(await refused('restore', broken)).toMatch(/^.+broken is not a whole backup: .+\n$/);
      const inUse = await run('restore', [file], env);
      expect(inUse.err).toMatch(/is in use by the server with process id \d+\. Stop that one, or set CODEX_DATA_DIR/);
      expect(inUse.code).toBe(2);
    },
    PATIENCE_MS,
  );

  it(
    'backs up a server that does not run, into a directory, and refuses to restore over it',
    async () => {
      await restored.stop();
      const { code, out } = await run('backup', [place], { CODEX_DATA_DIR: restoredDir });
      expect(out).toMatch(/^Backing up the data of .+, whose server is not running\./);
      expect(out).toMatch(/The master key \([0-9a-f]{16}\) is not in it/);
      expect(code).toBe(0);
      expect(readdirSync(place).filter((name) => /^claude-codex-.+Z\.tar\.zst$/.test(name))).toHaveLength(1);
      const over = await run('restore', [file], { CODEX_DATA_DIR: restoredDir });
      expect(over.err).toMatch(
        /^The database holds \d+ events and 1 people already\. A backup is restored into an empty/,
      );
      expect(over.code).toBe(2);
    },
    PATIENCE_MS,
  );
});
