import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryEventStore, type EventStore } from '@claude-codex/eventing';
import { newId, systemClock } from '@claude-codex/service-kit';
import { type FoldPlace, keptFoldContract } from '@claude-codex/service-kit/kept-fold.contract';
import { silentLog } from '@claude-codex/testing';
import { generateFlow, seededChooser } from '@claude-codex/testing/flow-generator';
import { expect, it } from 'vitest';
import { followWorld, worldFile } from './follow-world.ts';

const follow = async (place: FoldPlace, onChange: () => void = () => undefined) => {
  const { root, log } = place;
  const keeps = worldFile({ root, temporary: join(root, 'tmp') }, log);
  const followed = await followWorld({ ...place, keeps, onChange });
  return { ...followed, known: () => followed.world.kept() };
};

keptFoldContract('the world of a manager', { file: 'world', follow });

it('a store that goes away while a task is read again loses nothing, and nothing counts twice', async () => {
  const store = createMemoryEventStore();
  for (const { stream, type, data, meta } of generateFlow(6_000, seededChooser(3))) {
    const writes = [{ stream, expectedVersion: 'any' as const, events: [{ type, data }] }];
    await store.append({ commandId: newId(), meta, writes });
  }
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
  const onChange = () => {
    rung += 1;
  };
  const roots = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'codex-world-')));
  const of = async (from: EventStore, root = '') => {
    const followed = await follow({ store: from, root, clock: systemClock, log: silentLog }, onChange);
    await followed.caughtUp();
    await followed.stop();
    return followed.known();
  };
  const interrupted = await of(flaky, roots[0]);
  expect(away).toBeGreaterThan(6);
  expect(interrupted).toEqual(await of(store, roots[1]));
  expect(rung).toBe(0);
  for (const root of roots) rmSync(root, { recursive: true });
});
