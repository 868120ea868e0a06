import { EVENT_TYPES, INSTALLATION, type RecordedEvent } from '@claude-codex/contracts';
import { createMemoryEventStore, createSchemaRegistry, type EventStore } from '@claude-codex/eventing';
import { createInProcessBus, createLogger } from '@claude-codex/service-kit';
import { askHealth, serveHealth } from '@claude-codex/service-kit/health';
import type { ServiceApp } from '@claude-codex/service-kit/service-app';
import { waitFor } from '@claude-codex/testing';
import { afterEach, expect, it } from 'vitest';
import { createHealthCheckerApp } from './app.ts';
import { natsTarget } from './probes/nats.ts';
import { serviceTarget } from './probes/services.ts';

const log = createLogger({ service: 'test', level: 'silent' });
const started: ServiceApp[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((app) => app.stop()));
});

async function watch(bus = createInProcessBus(), store = memoryStore()) {
  const targets = [serviceTarget(bus, 'mcp'), natsTarget(bus, 'health-checker')];
  const app = createHealthCheckerApp({ bus, store, log, targets, everyMs: 5 });
  started.push(app);
  await app.start();
  return { app, bus, store };
}

function memoryStore(): EventStore {
  return createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES) });
}

async function eventsOf(store: EventStore, name: string): Promise<RecordedEvent[]> {
  const events = await store.readAll({ after: 0, limit: 1_000 });
  const stream = events.find(({ data }) => (data as { name?: string }).name === name)?.stream;
  return events.filter((event) => event.stream === stream);
}

const statuses = async (store: EventStore) =>
  (await eventsOf(store, 'MCP')).slice(1).map(({ data }) => (data as { status: string }).status);

it('registers each service once and records only changes', async () => {
  const { app, bus, store } = await watch();
  const mcp = { ok: true };
  serveHealth(bus, 'mcp', () => ({ ...mcp, detail: 'well' }));
  await waitFor('mcp to be up', async () => (await statuses(store)).at(-1) === 'connected');
  mcp.ok = false;
  await waitFor('mcp to be down', async () => (await statuses(store)).at(-1) === 'offline');
  await app.stop();
  const before = await eventsOf(store, 'MCP');
  expect(before[0]).toMatchObject({ type: 'ServiceRegistered', meta: { workspaceId: INSTALLATION } });

  const again = await watch(bus, store);
  mcp.ok = true;
  await waitFor('mcp to be up again', async () => (await statuses(store)).at(-1) === 'connected');
  await again.app.stop();
  const types = (await eventsOf(store, 'MCP')).map(({ type }) => type);
  expect(types.filter((type) => type === 'ServiceRegistered')).toHaveLength(1);
  expect(types.length).toBe(before.length + 1);
});

it('shows what is absent as not running, and itself as well', async () => {
  const { bus, store } = await watch();
  await waitFor('the absence to be noticed', async () => (await statuses(store)).includes('offline'));
  const [, change] = await eventsOf(store, 'MCP');
  expect(change?.data).toMatchObject({ previous: 'unknown', latencyMs: null, detail: 'not running' });
  expect(await askHealth(bus, 'health-checker', { timeoutMs: 100 })).toEqual({
    ok: true,
    detail: 'watching 2 services',
  });
  await waitFor('the bus to be up', async () => (await eventsOf(store, 'NATS')).length === 2);
});

it('a check that throws is reported as broken', async () => {
  const bus = createInProcessBus();
  serveHealth(bus, 'broken', () => Promise.reject(new Error('the disk is full')));
  expect(await askHealth(bus, 'broken', { timeoutMs: 100 })).toEqual({ ok: false, detail: 'the disk is full' });
});
