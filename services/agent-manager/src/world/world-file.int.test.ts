import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedEvent } from '@claude-codex/contracts';
import { createMemoryEventStore, type EventStore } from '@claude-codex/eventing';
import { newId, systemClock } from '@claude-codex/service-kit';
import { silentLog, waitFor } from '@claude-codex/testing';
import { generateFlow, seededChooser } from '@claude-codex/testing/flow-generator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FollowedWorld, followWorld } from './follow-world.ts';
import { createWorldFile } from './world-file.ts';

let root: string;
let path: string;
let store: EventStore;
const following: FollowedWorld[] = [];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'codex-world-'));
  path = join(root, 'world');
  mkdirSync(join(root, 'tmp'));
  store = createMemoryEventStore();
  await append(generateFlow(3_000, seededChooser(3)));
});
afterEach(async () => {
  for (const one of following.splice(0)) await one.stop();
  rmSync(root, { recursive: true, force: true });
});

async function append(events: readonly RecordedEvent[]): Promise<void> {
  for (const { stream, type, data, meta } of events) {
    const writes = [{ stream, expectedVersion: 'any' as const, events: [{ type, data }] }];
    await store.append({ commandId: newId(), meta, writes });
  }
}

async function start({ from = store, onChange = () => undefined }: { from?: EventStore; onChange?: () => void } = {}) {
  const readAfter: number[] = [];
  const counted: EventStore = {
    ...from,
    readAll(options) {
      if (options.limit > 1) readAfter.push(options.after);
      return from.readAll(options);
    },
  };
  const directories = { root, temporary: join(root, 'tmp') };
  const file = createWorldFile({ directories, store: counted, log: silentLog });
  const followed = await followWorld({ store: counted, file, clock: systemClock, log: silentLog, onChange });
  following.push(followed);
  await followed.caughtUp();
  return { followed, began: readAfter[0], world: structuredClone(followed.world.kept()) };
}

describe('the file of a world', () => {
  it('is where the next one goes on, and what it then knows is what the log says', async () => {
    const first = await start();
    expect(first.began).toBe(0);
    await first.followed.stop();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await append(generateFlow(50, seededChooser(6)));
    const second = await start();
    expect(second.began).toBe(first.world.position);
    rmSync(path);
    const anew = await start();
    expect(anew.began).toBe(0);
    expect(second.world).toEqual(anew.world);
  });

  const otherLog = async () => {
    const before = store;
    store = createMemoryEventStore();
    const { epoch } = await before.head();
    const { head, readAll } = store;
    store = {
      ...store,
      head: async () => ({ ...(await head()), epoch }),
      readAll: async (options) => (await readAll(options)).map((event) => ({ ...event, eventId: `x${event.eventId}` })),
    };
    await append(generateFlow(4_000, seededChooser(7)));
  };
  const changeFile = (change: (text: string) => string) => async () =>
    writeFileSync(path, change(readFileSync(path, 'latin1')), 'latin1');

  it.each<[string, () => Promise<void>]>([
    ['empty', changeFile(() => '')],
    ['cut short', changeFile((text) => text.slice(0, -1))],
    ['changed in one place', changeFile((text) => `${text.slice(0, -100)}!${text.slice(-99)}`)],
    ['without its first line', changeFile((text) => text.slice(text.indexOf('\n')))],
    ['of another shape', changeFile((text) => text.replace('"shape":', '"shape":9'))],
    ['of another log', changeFile((text) => text.replace('"epoch":"', '"epoch":"x'))],
    ['of another history of the same name', otherLog],
    [
      'ahead of the log',
      async () => {
        store = createMemoryEventStore();
        await append(generateFlow(20, seededChooser(5)));
      },
    ],
  ])('is not used when it is %s', async (_, spoil) => {
    await (await start()).followed.stop();
    await spoil();
    const kept = readFileSync(path);
    const next = await start();
    expect(next.began).toBe(0);
    expect(readFileSync(path)).toEqual(kept);
    await next.followed.stop();
    expect((await start()).began).toBe(next.world.position);
  });

  it('is written from time to time, for a manager that is killed', async () => {
    const { followed } = await start();
    const { position } = followed.world;
    await append(generateFlow(20_000, seededChooser(8)));
    await waitFor('the file', async () => existsSync(path) || null);
    await followed.caughtUp();
    expect((await start()).began).toBeGreaterThan(position);
  });

  it('that cannot be written keeps nobody from stopping', async () => {
    const { followed } = await start();
    rmSync(root, { recursive: true });
    await followed.stop();
  });
});

it('a store that goes away while a task is read again loses nothing, and nothing counts twice', async () => {
  let away = 0;
  const flaky: EventStore = {
    ...store,
    async readStream(stream, options) {
      away += 1;
      if (away === 1 || away === 6) throw new Error('the store is away');
      return store.readStream(stream, options);
    },
  };
  let rung = 0;
  const { followed } = await start({ from: flaky, onChange: () => (rung += 1) });
  expect(away).toBeGreaterThan(6);
  rmSync(path, { force: true });
  expect(structuredClone(followed.world.kept())).toEqual((await start()).world);
  expect(rung).toBe(0);
});
