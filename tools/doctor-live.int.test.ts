import type { BoardView } from '@claude-codex/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHANGES, type LiveServer, PATIENCE_MS, startLiveServer, TASKS } from './operate/live-server.fixture.ts';

describe('npm run doctor on a standalone server', () => {
  let live: LiveServer;
  beforeAll(async () => {
    live = await startLiveServer();
  }, PATIENCE_MS);
  afterAll(() => live.remove());

  it(
    'doctor finds a live server well, and says what it looked at',
    async () => {
      const { code, out, err } = await live.run('doctor');
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
        '✓ I10',
        '– I7',
        '✓ runs',
        '✓ I8',
        '✓ modes',
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
      const without = await live.run('doctor', [], { CODEX_API_TOKEN: '' });
      expect(without.out).toContain('– I8     a browser sees every event it may see once and in order');
      expect(without.out).toContain('CODEX_API_TOKEN is not set');
      const wrong = await live.run('doctor', [], { CODEX_API_TOKEN: 'cdx_wrong' });
      expect(wrong.out).toContain(`${live.server.url} answers 401 to this API token`);
      const nobody = await live.run('doctor', [], { CODEX_API_URL: 'http://127.0.0.1:9' });
      expect(nobody.out).toContain('http://127.0.0.1:9 does not answer (CODEX_API_URL)');
      expect([without.code, wrong.code, nobody.code]).toEqual([0, 0, 0]);
    },
    PATIENCE_MS,
  );

  it(
    'doctor ends with 1 when NATS is away although somebody named it',
    async () => {
      const { code, out, err } = await live.run('doctor', [], { NATS_URL: 'nats://127.0.0.1:9' });
      expect([code, err]).toEqual([1, '']);
      expect(out).toMatch(/^✗ I7 .+\n +NATS cannot be reached \(NATS_URL\): .+$/m);
      expect(out).toMatch(/\n1 of \d+ promises are broken/);
    },
    PATIENCE_MS,
  );

  it(
    'doctor ends with 1 and names the position when an event was changed',
    async () => {
      const change = (set: string) => async () => {
        const client = await live.pool.connect();
        await client.query(
          `set session_replication_role = replica; update es.event set data = ${set} where position = 2`,
        );
        client.release(true);
      };
      await change(`data || '{"changed": true}'`)();
      const { code, out } = await live.run('doctor');
      await change(`data - 'changed'`)();
      expect(out).toContain('✗ chain  every event fits the hash chain of its workspace');
      expect(out).toContain('1 changed since they were written: position 2');
      expect(out).toMatch(/promises are broken/);
      expect(code).toBe(1);
    },
    PATIENCE_MS,
  );

  it(
    'doctor looks at the data of a server that does not run, and leaves it stopped',
    async () => {
      await live.server.stop();
      const { code, out } = await live.run('doctor');
      expect(out).toMatch(/^Looking at the data of .+, whose server is not running\./);
      expect(code).toBe(0);
      await live.server.restart();
      expect((await live.person.api.get<BoardView>('/api/board')).tasks).toHaveLength(TASKS);
    },
    PATIENCE_MS,
  );
});
