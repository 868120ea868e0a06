import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { detectProject } from './project.ts';

let home: string;
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'codex-project-')));
  vi.stubEnv('HOME', home);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

function made(...path: string[]): string {
  const directory = join(home, ...path);
  mkdirSync(directory, { recursive: true });
  return directory;
}
const init = (directory: string) => execFileSync('git', ['init', '-q', directory]);
const OWN = '/opt/claude-codex';

it('a project is found from inside of it', () => {
  const project = made('shop');
  init(project);
  expect(detectProject(made('shop', 'src', 'deep'), OWN)).toEqual({ path: project, name: 'shop' });
});

it('a home that is a repository is no project of what lies in it', () => {
  init(home);
  expect(detectProject(made('notes'), OWN)).toBeNull();
});

it('our own source tree, a clone or not, is none, nor is what lies around it', () => {
  init(made('around'));
  const own = made('around', 'claude-codex');
  expect(detectProject(own, own)).toBeNull();
  init(own);
  expect(detectProject(own, own)).toBeNull();
});
