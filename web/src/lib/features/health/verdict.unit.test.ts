import type { HealthPart, HealthView, ProcessManagerHealth, ReadModelHealth } from '@claude-codex/contracts';
import { describe, expect, test } from 'vitest';
import { readerState, verdictOf } from './verdict.ts';

const NOW = '2026-11-21T14:00:00.000Z';
const part = (name: string, change: Partial<HealthPart> = {}): HealthPart => ({
  ...{ id: name, name, type: 'platform', status: 'connected', latencyMs: 1, detail: '' },
  ...{ since: NOW, measuredAt: NOW },
  ...change,
});
const model = (change: Partial<ReadModelHealth> = {}): ReadModelHealth => ({
  ...{ name: 'tasks', position: 10, lag: 0, lagSeconds: 0, stopped: null, status: 'live', version: 1, build: 0 },
  rebuild: null,
  ...change,
});
const manager = (change: Partial<ProcessManagerHealth> = {}): ProcessManagerHealth => ({
  ...{ name: 'merges', position: 10, lag: 0, lagSeconds: 0, stopped: null, status: 'running' },
  ...change,
});
const view = (change: Partial<HealthView> = {}): HealthView => ({
  at: NOW,
  parts: [part('Postgres'), part('MCP')],
  log: {
    ...{ epoch: 'e', head: 1234, firstEventAt: NOW, lastEventAt: NOW, eventsPerSecond: 0 },
    copy: { kind: 'none' },
  },
  readModels: [model()],
  processManagers: [manager()],
  ...change,
});
const stopped = { kind: 'event', position: 11, type: 'TaskCreated', message: null } as const;

test('all is well', () => {
  const verdict = verdictOf(view(), true);
  expect([verdict.tone, verdict.title, verdict.findings]).toEqual(['done', 'Everything works', []]);
  expect(verdict.detail).toBe('2 parts answer, and the pages show all 1,234 events of the log.');
});

test('a part that is gone comes before one that is slow, with what to do', () => {
  const parts = [part('Postgres', { status: 'warning' }), part('MCP', { status: 'offline' })];
  const verdict = verdictOf(view({ parts }), false);
  expect([verdict.tone, verdict.title]).toEqual(['failed', 'One thing does not work']);
  expect(verdict.findings.map(({ what }) => what)).toEqual(['MCP does not work', 'Postgres answers slowly']);
  expect(verdict.findings[0]?.advice).toContain('docker compose restart mcp');
});

test('what is in one process is not restarted by compose', () => {
  const verdict = verdictOf(view({ parts: [part('Event store', { status: 'offline' })] }), true);
  expect(verdict.findings[0]?.advice).not.toContain('docker');
});

describe('it never says that everything works while', () => {
  test.each<[string, Partial<HealthView>]>([
    ['nothing was checked', { parts: [] }],
    ['a part was not checked', { parts: [part('MCP', { status: 'unknown' })] }],
    ['nobody measures', { parts: [part('MCP', { measuredAt: null })] }],
    ['a read model stands', { readModels: [model({ status: 'paused', stopped })] }],
    ['a read model is of another log', { readModels: [model({ status: 'paused', stopped: { kind: 'restored' } })] }],
    ['a rebuild does not go on', { readModels: [model({ rebuild: { build: 1, position: 5, head: 10, stopped } })] }],
    ['a process manager stands', { processManagers: [manager({ status: 'paused', stopped })] }],
    ['nobody does the work', { processManagers: [manager({ status: 'waiting', lag: 1 })] }],
    ['nobody knows about the work', { processManagers: null }],
    ['the pages are old', { readModels: [model({ lag: 5, lagSeconds: 31 })] }],
  ])('%s', (_what, change) => expect(verdictOf(view(change), false).tone).not.toBe('done'));
});

test.each([
  [{ lag: 0, lagSeconds: 0 }, 'current'],
  [{ lag: 3, lagSeconds: 0.2 }, 'current'],
  [{ lag: 900, lagSeconds: 12 }, 'catchingUp'],
  [{ lag: 900, lagSeconds: 30 }, 'behind'],
  [{ lag: 1, lagSeconds: 900, status: 'paused' as const }, 'paused'],
])('a read model with %o is %s', (change, state) => expect(readerState(model(change))).toBe(state));

test('a process manager without work needs nobody to run it', () => {
  expect(readerState(manager({ status: 'waiting' }))).toBe('current');
  expect(readerState(manager({ status: 'waiting', lag: 1, lagSeconds: 1 }))).toBe('waiting');
});
