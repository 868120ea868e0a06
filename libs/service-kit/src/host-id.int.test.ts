import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createInProcessBus } from './bus/in-process-bus.ts';
import { HostEnv, takeHostId } from './host-id.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'host-id-'));
});
afterEach(() => rm(directory, { recursive: true }));

it('is one for all that share a data directory, also when they begin together, and stays', async () => {
  const shared = join(directory, 'one');
  const ids = await Promise.all(Array.from({ length: 10 }, () => takeHostId(createInProcessBus(), {}, shared)));
  expect(new Set(ids).size).toBe(1);
  expect(await readdir(shared)).toEqual(['host-id']);
  expect(await takeHostId(createInProcessBus(), {}, shared)).toBe(ids[0]);
  expect(await takeHostId(createInProcessBus(), {}, join(directory, 'other'))).not.toBe(ids[0]);
});

it('is what the operator calls it', async () => {
  expect(await takeHostId(createInProcessBus(), { CODEX_HOST_ID: 'builder-2' }, directory)).toBe('builder-2');
  expect(HostEnv.safeParse({ CODEX_HOST_ID: 'builder.2' }).success).toBe(false);
});

it('is not the name of another host that works: its agents would be taken for one’s own', async () => {
  const bus = createInProcessBus();
  const named = { CODEX_HOST_ID: 'builder-2' };
  const [first, second] = [join(directory, 'one'), join(directory, 'other')];
  // The egress and the managers of one host have it in common.
  expect(await takeHostId(bus, named, first)).toBe('builder-2');
  expect(await takeHostId(bus, named, first)).toBe('builder-2');
  await expect(takeHostId(bus, named, second)).rejects.toThrow(/another host .* is called builder-2 too/);
  expect(await takeHostId(bus, { CODEX_HOST_ID: 'builder-3' }, second)).toBe('builder-3');
  await bus.close();
  expect(await takeHostId(createInProcessBus(), named, second)).toBe('builder-2');
});
