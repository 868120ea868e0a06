import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Directories } from '../directories.ts';
import type { SourceSettings } from '../sources/source-access.ts';

const IDENTITY = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.invalid',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.invalid',
};

/** Git as somebody else would run it, on repositories of the tests. */
export function git(cwd: string, ...args: string[]): string {
  return gitWithInput(cwd, '', ...args);
}

/** The same, with something to read. */
export function gitWithInput(cwd: string, input: string | Uint8Array, ...args: string[]): string {
  const env = { PATH: process.env.PATH, HOME: cwd, GIT_CONFIG_NOSYSTEM: '1', ...IDENTITY };
  return execFileSync('git', ['-c', 'protocol.file.allow=always', ...args], {
    cwd,
    env,
    encoding: 'utf8',
    input,
    stdio: ['pipe', 'pipe', 'pipe'],
  }).trim();
}

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'codex-git-'));
}

/** Settings for sources of the tests; none of them is in the network. */
export function localSources(directories: Directories, samplePath = '/nonexistent'): SourceSettings {
  const network = () => Promise.reject(new Error('no test of this file goes to the network'));
  return { samplePath, dataDir: directories.root, temporary: directories.temporary, network, login: network };
}

export type Files = Record<string, string | Uint8Array | null>;

/** A repository with one commit on `main`. */
export function createRepository(directory: string, files: Files): string {
  mkdirSync(directory, { recursive: true });
  git(directory, 'init', '--quiet', '--initial-branch=main');
  return commitFiles(directory, files, 'First');
}

/** Writes (or, with null, removes) files and commits them; returns the commit. */
export function commitFiles(directory: string, files: Files, message: string): string {
  for (const [path, content] of Object.entries(files)) {
    if (content === null) git(directory, 'rm', '--quiet', '--', path);
    else {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), content);
    }
  }
  git(directory, 'add', '--all');
  git(directory, 'commit', '--quiet', '--allow-empty', '-m', message);
  return git(directory, 'rev-parse', 'HEAD');
}
