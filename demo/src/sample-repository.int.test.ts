import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SAMPLE } from '@claude-codex/contracts/sample';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSampleRepository } from './sample-repository.ts';

const run = promisify(execFile);
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codex-sample-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('makes the same commits every time and leaves a repository that is there alone', async () => {
  const first = await createSampleRepository(join(folder, 'deep/one.git'));
  const second = await createSampleRepository(join(folder, 'two.git'));
  expect(second).toEqual(first);
  expect(await createSampleRepository(join(folder, 'two.git'))).toEqual(first);
  expect((await readdir(folder)).sort()).toEqual(['deep', 'two.git']);
});

test('its tests pass as they are', async () => {
  const bare = join(folder, 'one.git');
  await createSampleRepository(bare);
  await run('git', ['clone', '--quiet', '--branch', SAMPLE.defaultBranch, bare, join(folder, 'work')]);
  const { stdout } = await run('git', ['log', '--format=%s'], { cwd: join(folder, 'work') });
  expect(stdout.trim().split('\n')).toHaveLength(2);
  await run('sh', ['-c', SAMPLE.checkCommand], { cwd: join(folder, 'work'), env: { PATH: process.env.PATH } });
});
