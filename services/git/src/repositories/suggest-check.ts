import { objectId } from '@claude-codex/service-kit/git/names';
import { runGit } from '@claude-codex/service-kit/git/run-git';

/** In bytes: a file of this size or more is not read, and need not be there. */
export const LARGEST_FILE_READ = 256 * 1024;

/** The command that most likely checks this repository, or null. Reads the commit's files, runs nothing of them. */
export async function suggestCheckCommand(gitDir: string, commit: string): Promise<string | null> {
  const names = await topLevel(gitDir, commit);
  const read = (name: string) => (names.has(name) ? fileAt(gitDir, commit, name) : Promise.resolve(''));
  return suggestFrom(names, { packageJson: await read('package.json'), makefile: await read('Makefile') });
}

/** Pure part: names of the top level, and the content of the two files that need a look. */
export function suggestFrom(
  names: ReadonlySet<string>,
  { packageJson, makefile }: { packageJson: string; makefile: string },
): string | null {
  if (hasTestScript(packageJson)) {
    if (names.has('pnpm-lock.yaml')) return 'pnpm test';
    if (names.has('yarn.lock')) return 'yarn test';
    return 'npm test';
  }
  if (/^test:/m.test(makefile)) return 'make test';
  const byFile: readonly (readonly [string, string])[] = [
    ['Cargo.toml', 'cargo test'],
    ['go.mod', 'go test ./...'],
    ['pytest.ini', 'pytest'],
    ['pyproject.toml', 'pytest'],
    ['tox.ini', 'tox'],
    ['pom.xml', 'mvn -q test'],
    ['gradlew', './gradlew test'],
    ['mix.exs', 'mix test'],
    ['deno.json', 'deno test'],
  ];
  return byFile.find(([file]) => names.has(file))?.[1] ?? null;
}

/** npm's own placeholder fails on purpose and checks nothing. */
function hasTestScript(packageJson: string): boolean {
  if (packageJson === '') return false;
  try {
    const parsed: unknown = JSON.parse(packageJson);
    const scripts = typeof parsed === 'object' && parsed !== null && 'scripts' in parsed ? parsed.scripts : null;
    const test = typeof scripts === 'object' && scripts !== null && 'test' in scripts ? scripts.test : null;
    return typeof test === 'string' && test.trim() !== '' && !test.includes('no test specified');
  } catch {
    return false;
  }
}

async function topLevel(gitDir: string, commit: string): Promise<Set<string>> {
  const { stdout } = await runGit(['ls-tree', '-z', '--name-only', '--end-of-options', objectId(commit)], { gitDir });
  return new Set(stdout.toString('utf8').split('\0'));
}

/** Empty when it is too large or no file. */
async function fileAt(gitDir: string, commit: string, name: string): Promise<string> {
  const args = ['cat-file', 'blob', `${objectId(commit)}:${name}`];
  const { exitCode, stdout } = await runGit(args, { gitDir, accept: [0, 128], maxBytes: 16 * 1024 * 1024 });
  return exitCode === 0 && stdout.byteLength < LARGEST_FILE_READ ? stdout.toString('utf8') : '';
}
