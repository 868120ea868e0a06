import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@claude-codex/service-kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDirectories, type Directories } from '../checkouts/directories.ts';
import { World } from '../world/world.ts';
import { createHomeClearing } from './clear-ended.ts';

let root: string;
let directories: Directories;
let world: World;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'codex-clear-'));
  directories = createDirectories(root);
  world = new World();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function instance(ended: boolean): { id: string; home: string; checkout: string } {
  const id = newId();
  const { home, checkout } = directories.instance(id);
  for (const folder of [join(home, '.codex'), join(home, '.claude/projects/x'), checkout])
    mkdirSync(folder, { recursive: true });
  writeFileSync(join(home, '.codex/values'), 'canary');
  writeFileSync(join(home, '.claude/projects/x/s.jsonl'), 'canary');
  if (ended) world.ended.add(id);
  return { id, home, checkout };
}

it('values of an instance that ended while nobody looked are gone, those of others stay', async () => {
  const [ended, running, stillThere] = [instance(true), instance(false), instance(true)];
  const clear = createHomeClearing({ directories, world });
  await clear(new Set([stillThere.id]));
  expect([ended, running, stillThere].map(({ home }) => existsSync(home))).toEqual([false, true, true]);
  expect(existsSync(ended.checkout)).toBe(true);
  await clear(new Set());
  expect(existsSync(stillThere.home)).toBe(false);
  world.ended.add(running.id);
  await clear(new Set());
  expect(existsSync(running.home)).toBe(false);
});
