import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BoardView, formatStreamId } from '@claude-codex/contracts';
import { waitFor } from '@claude-codex/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveServer, PATIENCE_MS, startLiveServer } from './operate/live-server.fixture.ts';

describe('the commands of an operator on a live standalone server', () => {
  let live: LiveServer;
  beforeAll(async () => {
    live = await startLiveServer();
  }, PATIENCE_MS);
  afterAll(() => live.remove());

  const statusOf = async (name: string) => {
    const { rows } = await live.pool.query<{ status: string }>(
      `select status from read.projection where name = $1 and status <> 'retired'`,
      [name],
    );
    return rows.map(({ status }) => status).join();
  };

  it(
    'resume lists what is paused, lets it go on, and names what it does not know',
    async () => {
      expect(await live.run('resume')).toEqual({ code: 0, out: 'Nothing is paused.\n', err: '' });
      await live.pool.query(
        `update read.projection set status = 'paused', last_error = '{"position": 7, "message": "cannot digest this"}'
        where name = 'workspace' and status = 'live'`,
      );
      const ill = await live.run('doctor');
      expect(ill.out).toMatch(/✗ runs .+\n +read model workspace at \d+; npm run resume/);
      expect(ill.code).toBe(1);
      expect(await live.run('resume')).toMatchObject({
        code: 0,
        out: 'workspace  {"message":"cannot digest this","position":7}\n',
      });
      expect(await live.run('resume', ['workspace'])).toEqual({
        code: 0,
        out: 'workspace tries its event again.\n',
        err: '',
      });
      expect(await live.run('resume', ['workspace'])).toEqual({ code: 1, out: 'workspace was not paused.\n', err: '' });
      const unknown = await live.run('resume', ['nonsense']);
      expect(unknown.err).toMatch(/^There is no nonsense\. There are: .*tasks.*\nUsage: npm run resume/);
      expect(unknown.code).toBe(2);
    },
    PATIENCE_MS,
  );

  it(
    'archive says what it would move, and names what it cannot understand',
    async () => {
      const dry = await live.run('archive', ['--closed-before', '90d', '--dry-run']);
      expect(dry.err).toBe('');
      expect(dry.out).toMatch(/^the running server of .+: 0 streams with 0 events belong to tasks that ended before /);
      expect(dry.out).toMatch(/Nothing was moved \(--dry-run\)\.\n$/);
      expect(dry.code).toBe(0);
      const wrong = await live.run('archive', ['--closed-before', 'soon']);
      expect(wrong.err).toMatch(/^--closed-before needs an age such as 90d, not "soon"\.\nUsage: npm run archive/);
      expect(wrong.code).toBe(2);
      const unknown = await live.run('archive', ['--older', '90d']);
      expect(unknown.err).toMatch(/^Unknown option '--older'.*\n(.*\n)*Usage: npm run archive/);
      expect(unknown.code).toBe(2);
    },
    PATIENCE_MS,
  );

  it(
    'rebuild builds a read model beside the live one while the server runs',
    async () => {
      const build = async () => {
        const { rows } = await live.pool.query<{ build: number }>(
          `select build from read.projection where name = 'tasks' and status = 'live'`,
        );
        return rows[0]?.build;
      };
      const before = await build();
      const { code, out, err } = await live.run('rebuild', ['tasks']);
      expect(err).toBe('');
      expect(out).toMatch(/^Rebuilding tasks in the running server of .+\n/);
      expect(out).toMatch(/Done after [\d.]+ s: the new read model is live\.\n$/);
      expect(code).toBe(0);
      expect(await build()).toBe((before ?? 0) + 1);
      expect((await live.run('doctor')).code).toBe(0);
    },
    PATIENCE_MS,
  );

  it(
    'names a wrong argument, and a place where nothing is',
    async () => {
      const usage = 'Usage: npm run rebuild -- <tasks | workspace> [--cancel]\n';
      expect(await live.run('rebuild')).toEqual({ code: 2, out: '', err: `Which one?\n${usage}` });
      expect(await live.run('rebuild', ['nonsense'])).toEqual({
        code: 2,
        out: '',
        err: `There is no nonsense.\n${usage}`,
      });
      const notBuilding = { code: 1, out: 'tasks was not being rebuilt.\n', err: '' };
      expect(await live.run('rebuild', ['tasks', '--cancel'])).toEqual(notBuilding);
      for (const command of ['doctor', 'new-epoch']) {
        const { code, err } = await live.run(command, ['--hard']);
        expect(err).toBe(`Unknown argument: --hard.\nUsage: npm run ${command}\n`);
        expect(code).toBe(2);
      }
      const empty = mkdtempSync(join(tmpdir(), 'claude-codex-nothing-'));
      const nowhere = await live.run('doctor', [], { CODEX_DATA_DIR: empty });
      rmSync(empty, { recursive: true });
      expect(nowhere.err).toContain(`No server was ever started in ${empty}. Set CODEX_DATA_DIR`);
      const refused = await live.run('resume', [], { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' });
      expect(refused.err).toMatch(/cannot be reached \(DATABASE_URL\): nothing answers at 127\.0\.0\.1:9; /);
      expect([nowhere.code, refused.code]).toEqual([2, 2]);
    },
    PATIENCE_MS,
  );

  it(
    'npm run hands arguments and exit codes through',
    async () => {
      const npm = (...args: string[]) => live.runProgram('npm', ['run', '--silent', ...args]);
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
      const board = await live.person.api.get<BoardView>('/api/board');
      const { code, out, err } = await live.run('new-epoch');
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
        const now = await live.person.api.get<BoardView>('/api/board');
        return now.epoch !== board.epoch && now.position >= board.position && now;
      });
      expect(again.tasks.map(({ title }) => title).toSorted()).toEqual(
        board.tasks.map(({ title }) => title).toSorted(),
      );
      const stream = await live.person.api.raw('GET', '/api/stream', {
        headers: { 'last-event-id': formatStreamId(board.epoch, board.position) },
      });
      const first = await stream.body?.getReader().read();
      expect(Buffer.from(first?.value ?? []).toString()).toContain('event: reset');
      expect((await live.run('doctor')).code).toBe(0);
    },
    PATIENCE_MS,
  );
});
