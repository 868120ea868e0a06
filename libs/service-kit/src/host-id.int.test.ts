import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HostEnv, hostIdOf } from './host-id.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'host-id-'));
});
afterEach(() => rm(directory, { recursive: true }));

it('is one for all that share a data directory, also when they begin together, and stays', async () => {
  const shared = join(directory, 'one');
  const ids = await Promise.all(Array.from({ length: 10 }, () => hostIdOf({}, shared)));
  expect(new Set(ids).size).toBe(1);
  expect(await readdir(shared)).toEqual(['host-id']);
  expect(await hostIdOf({}, shared)).toBe(ids[0]);
  expect(await hostIdOf({}, join(directory, 'other'))).not.toBe(ids[0]);
});

it('is what the operator calls it', async () => {
  expect(await hostIdOf({ CODEX_HOST_ID: 'builder-2' }, directory)).toBe('builder-2');
  expect(HostEnv.safeParse({ CODEX_HOST_ID: 'builder.2' }).success).toBe(false);
});
