import { describe, expect, it } from 'vitest';
import { createLifecycle, type Part, stopOnSignal } from './lifecycle.ts';
import { createLogger } from './log.ts';
import { OperatorError } from './operator-error.ts';

const log = createLogger({ service: 'test', level: 'silent' });

function parts(seen: string[], overrides: Record<string, Partial<Part>> = {}): Part[] {
  return ['database', 'bus', 'http'].map((name) => ({
    name,
    start: () => void seen.push(`+${name}`),
    stop: () => void seen.push(`-${name}`),
    ...overrides[name],
  }));
}

describe('parts of a process', () => {
  it('start in order and stop in reverse, once', async () => {
    const seen: string[] = [];
    const lifecycle = createLifecycle(parts(seen), log);
    await lifecycle.start();
    await Promise.all([lifecycle.stop(), lifecycle.stop()]);
    await lifecycle.stop();
    expect(seen).toEqual(['+database', '+bus', '+http', '-http', '-bus', '-database']);
  });

  it('stop again when a later one does not start', async () => {
    const seen: string[] = [];
    const refuse = { start: () => Promise.reject(new Error('port taken')) };
    const lifecycle = createLifecycle(parts(seen, { http: refuse }), log);
    await expect(lifecycle.start()).rejects.toThrow('http did not start: port taken');
    expect(seen).toEqual(['+database', '+bus', '-bus', '-database']);
  });

  it('say what an operator has to put right in its own words', async () => {
    const refusal = new OperatorError('Port 80 is in use.');
    const lifecycle = createLifecycle(parts([], { http: { start: () => Promise.reject(refusal) } }), log);
    await expect(lifecycle.start()).rejects.toBe(refusal);
  });

  it('do not keep the others from stopping by failing or hanging', async () => {
    const seen: string[] = [];
    const lifecycle = createLifecycle(
      parts(seen, {
        http: { stop: () => Promise.reject(new Error('no')) },
        bus: { stop: () => new Promise(() => undefined), stopTimeoutMs: 10 },
      }),
      log,
    );
    await lifecycle.start();
    await lifecycle.stop();
    expect(seen.at(-1)).toBe('-database');
  });
});

it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s stops, another signal exits at once', async (first) => {
  const { promise: stopped, resolve: finishStop } = Promise.withResolvers<void>();
  const { promise: exitedAfterStop, resolve: onExit } = Promise.withResolvers<number>();
  const exits: number[] = [];
  const off = stopOnSignal({ stop: () => stopped }, log, (code) => {
    exits.push(code);
    if (code === 0) onExit(code);
  });
  process.emit(first, first);
  process.emit('SIGINT', 'SIGINT');
  expect(exits).toEqual([130]);
  finishStop();
  await exitedAfterStop;
  off();
  expect(exits).toEqual([130, 0]);
});
