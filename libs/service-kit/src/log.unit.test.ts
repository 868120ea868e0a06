import { describe, expect, it } from 'vitest';
import { createLogger } from './log.ts';
import { prettyLines } from './log-pretty.ts';
import { runWork } from './work.ts';

function captured() {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  return { lines, log: createLogger({ service: 'test', destination }) };
}

describe('log', () => {
  it('writes one object with ids as fields', () => {
    const { lines, log } = captured();
    log.info({ taskId: 't1' }, 'task created');
    expect(lines).toEqual([
      { level: 'info', time: expect.any(String), service: 'test', taskId: 't1', msg: 'task created' },
    ]);
  });

  it('never writes what is secret, three levels deep', () => {
    const { lines, log } = captured();
    const secrets = {
      authorization: 'canary',
      cookie: 'canary',
      token: 'canary',
      password: 'canary',
      apiKey: 'canary',
      secret: 'canary',
      'x-api-key': 'canary',
      'set-cookie': 'canary',
    };
    log.info({ ...secrets, headers: secrets, request: { headers: secrets } }, 'request');
    expect(JSON.stringify(lines)).not.toContain('canary');
  });

  it('is readable for a person at a terminal', () => {
    let text = '';
    const out = {
      write(line: string) {
        text += line;
      },
    };
    const log = createLogger({ service: 'test', destination: prettyLines(out) });
    log.warn({ taskId: 't1', count: 2, err: new Error('why') }, 'task is late');
    expect(text).toMatch(/^\d\d:\d\d:\d\d test +\S*task is late\S* taskId=t1 count=2\nError: why\n/);
  });
});

describe('a unit of work', () => {
  it('ends in one line with everything that was found out', async () => {
    const { lines, log } = captured();
    const result = await runWork(log, 'start-instance', { instanceId: 'i1' }, async (work) => {
      work.set({ image: 'node' });
      return 7;
    });
    expect(result).toBe(7);
    expect(lines).toMatchObject([
      { work: 'start-instance', instanceId: 'i1', image: 'node', ok: true, durationMs: expect.any(Number) },
    ]);
  });

  it('says how it failed and passes the error on', async () => {
    const { lines, log } = captured();
    await expect(runWork(log, 'w', {}, () => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
    expect(lines).toMatchObject([{ work: 'w', ok: false, level: 'warn', err: { message: 'no disk' } }]);
  });
});
