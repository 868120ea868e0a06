import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchChanges } from './watch-changes.ts';

let checkout: string;
let env: Record<string, string>;
let warnings: string[];
const FAST = { lookMs: 100, watchedMs: 20_000 };
const sh = (script: string) => execFileSync('sh', ['-ec', script], { cwd: checkout, env, stdio: 'pipe' });
const watch = () => watchChanges(checkout, env, ({ detail }) => warnings.push(detail), FAST);

beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'codex-watch-'));
  warnings = [];
  env = {
    PATH: process.env.PATH ?? '',
    HOME: checkout,
    ...{ GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@x', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@x' },
  };
  sh('git init -q .; echo a > a; echo ignored > .gitignore; git add .; git commit -qm a; echo open > open');
});
afterEach(() => rm(checkout, { recursive: true, force: true }));

test.each([
  ['a new file', 'echo b > b', 'b'],
  ['a changed file', 'echo c >> a', 'a'],
  ['a file that is gone', 'rm a', 'a'],
  ['a commit', 'git commit -q --allow-empty -m more', 'commit'],
])('%s after a collection is told once', async (_name, script, named) => {
  await watch();
  await sleep(400);
  expect(warnings).toEqual([]);
  sh(script);
  await expect.poll(() => warnings.length, { timeout: 10_000 }).toBe(1);
  expect(warnings[0]).toContain(named);
  sh('echo later > later');
  await sleep(400);
  expect(warnings).toHaveLength(1);
});

test('ignored files, a new collection and a removed repository say nothing', async () => {
  await watch();
  sh('echo x > ignored');
  await sleep(300);
  sh('echo b > b');
  await watch();
  await sleep(300);
  sh('rm -rf .git; echo c > c');
  await sleep(400);
  expect(warnings).toEqual([]);
});
