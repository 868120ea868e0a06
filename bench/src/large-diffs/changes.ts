import { execFileSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface Change {
  readonly name: string;
  readonly title: string;
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
}

const lines = (count: number, line: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => `${line(n)}\n`).join('');
const code = (n: number) => `export const value${n} = compute(${n}, 'of the module', { retries: ${n % 7} });`;
/** Every third line is another one afterwards. */
const changed = (n: number) => (n % 3 === 0 ? code(n).replace('compute', 'computeLater') : code(n));

/** What a reviewer may get to see at its largest. */
export const CHANGES: readonly Change[] = [
  {
    name: 'files',
    title: '4,000 files of 400 lines',
    before: { 'README.md': 'Before\n' },
    after: Object.fromEntries(
      Array.from({ length: 4_000 }, (_, n) => [`src/part${n % 40}/module${n}.ts`, lines(400, code)]),
    ),
  },
  {
    name: 'lines',
    title: '30,000 lines of one file, every third changed',
    before: { 'src/generated.ts': lines(30_000, code) },
    after: { 'src/generated.ts': lines(30_000, changed) },
  },
  {
    name: 'line',
    title: 'one line of 248 KB',
    before: { 'dist/bundle.js': '"use strict";\n' },
    after: { 'dist/bundle.js': `"use strict";${'function f(a){return a+1};'.repeat(9_550)}\n` },
  },
];

/** A repository with the change as its second commit. */
export async function createRepository(directory: string, change: Pick<Change, 'before' | 'after'>) {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
      cwd: directory,
      env: { ...process.env, GIT_CEILING_DIRECTORIES: dirname(directory) },
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    }).trim();
  const commit = async (files: Readonly<Record<string, string>>) => {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), content);
    }
    git('add', '--all');
    git('commit', '--quiet', '-m', 'Work');
    return git('rev-parse', 'HEAD');
  };
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  git('init', '--quiet', '--initial-branch=main');
  const baseSha = await commit(change.before);
  return { gitDir: join(directory, '.git'), baseSha, headSha: await commit(change.after) };
}
