import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import { createMemoryEventStore, type EventStore } from '@claude-codex/eventing';
import { newId } from '@claude-codex/service-kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDirectories, type Directories } from '../checkouts/directories.ts';
import { hostPlacesIn } from '../runtimes/host-places.fixture.ts';
import { instanceDirectories } from '../runtimes/instance-directories.ts';
import type { Places } from '../runtimes/places.ts';
import { World } from '../world/world.ts';
import { createHomeClearing } from './clear-ended.ts';

let root: string;
let directories: Directories;
let places: Places;
let world: World;
let store: EventStore;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'codex-clear-'));
  directories = createDirectories(root);
  places = hostPlacesIn(directories);
  world = new World();
  store = createMemoryEventStore();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function record(id: string, type: string): Promise<void> {
  const meta = {
    actor: { kind: 'system' as const, id: 'test' },
    causedBy: null,
    correlationId: 'c',
    causationId: null,
  };
  const writes = [{ stream: streamOf('instance', id), expectedVersion: 'any' as const, events: [{ type, data: {} }] }];
  await store.append({ commandId: newId(), meta: { ...meta, workspaceId: 'w' }, writes });
  const events = (await store.readAll({ after: world.position, limit: 100 })) as RecordedDomainEvent[];
  for (const event of events) world.apply(event);
}

async function instance(...events: string[]): Promise<{ id: string; home: string; checkout: string }> {
  const id = newId();
  for (const type of events) await record(id, type);
  const { home, checkout } = instanceDirectories(directories, id);
  for (const folder of [join(home, '.codex'), join(home, '.claude/projects/x'), checkout])
    mkdirSync(folder, { recursive: true });
  writeFileSync(join(home, '.codex/values'), 'canary');
  writeFileSync(join(home, '.claude/projects/x/s.jsonl'), 'canary');
  return { id, home, checkout };
}

const ENDED = ['InstanceQueued', 'InstanceStopped'];
const homes = (...all: { home: string }[]) => all.map(({ home }) => existsSync(home));

it('values of an instance that ended while nobody looked are gone, those of others stay', async () => {
  const ended = await instance(...ENDED);
  const running = await instance('InstanceQueued');
  const stillThere = await instance(...ENDED);
  const clear = createHomeClearing({ places, world, store });
  await clear(new Set([stillThere.id]));
  expect(homes(ended, running, stillThere)).toEqual([false, true, true]);
  expect(existsSync(ended.checkout)).toBe(true);
  await clear(new Set());
  expect(existsSync(stillThere.home)).toBe(false);
  await record(running.id, 'InstanceStopped');
  await clear(new Set());
  expect(existsSync(running.home)).toBe(false);
});

it('what the log says nothing of, or not yet, is left alone', async () => {
  const [ofAnotherLog, notSeenYet] = [await instance(), await instance('InstanceQueued')];
  mkdirSync(join(directories.instances, 'lost+found'));
  const clear = createHomeClearing({ places, world: new World(), store });
  await clear(new Set());
  await clear(new Set());
  expect(homes(ofAnotherLog, notSeenYet)).toEqual([true, true]);
});
