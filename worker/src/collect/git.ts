import { dirname, join } from 'node:path';
import { type RunResult, runProgram } from '../processes/run.ts';
import { type ByteName, listOf, readNames } from './byte-names.ts';

const TIMEOUT_MS = 120_000;
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;
const STREAMED_BYTES_KEPT = 4_096;

/** Runs git on one repository and returns what it printed, without the last line break; throws with git's own words. */
export interface Git {
  (...args: readonly string[]): Promise<string>;
  /** For a `-z` list of names. */
  names(...args: readonly string[]): Promise<ByteName[]>;
  /** Tells it names on its standard input; gives the names it printed, and what it said besides. */
  tell(names: readonly ByteName[], ...args: readonly string[]): Promise<{ names: ByteName[]; said: string }>;
  /** For output of any length: `onStdout` sees it as it comes. */
  stream(onStdout: (chunk: Buffer) => void, ...args: readonly string[]): Promise<void>;
}

/** Where git works. Every call names both directories, so that git never goes looking for a repository by itself. */
export interface GitPlace {
  readonly workTree: string;
  /** Default `<workTree>/.git`. */
  readonly gitDir?: string;
  /** An index apart from the repository's own. */
  readonly indexFile?: string;
}

/**
 * Git on the agent's checkout, in the agent's own sandbox and as its user. Hooks, signing and the file system monitor
 * are off, and neither the configuration nor a missing `.git` can point it elsewhere: an agent may have removed its
 * repository, and the next one upwards is somebody else's.
 */
export function createGit(place: GitPlace, env: Readonly<Record<string, string>>): Git {
  const { workTree, gitDir = join(workTree, '.git'), indexFile } = place;
  const fixed = [
    ['core.hooksPath', '/dev/null'],
    ['core.fsmonitor', 'false'],
    ['core.bare', 'false'],
    // What is ignored is for the repository to say, where a reviewer sees it.
    ['core.excludesFile', '/dev/null'],
    ['core.attributesFile', '/dev/null'],
    // Nor can the agent have git overlook a change: a mode, or other words of the same length and time.
    ['core.fileMode', 'true'],
    ['core.trustctime', 'true'],
    ['core.checkStat', 'default'],
    ['core.quotePath', 'false'],
    ['commit.gpgSign', 'false'],
    ['gc.auto', '0'],
    ['safe.directory', workTree],
    // Without git-lfs its files are taken as they are and said to be so; git would stop at the first one.
    ['filter.lfs.required', 'false'],
  ].flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  async function run(
    args: readonly string[],
    { input, onStdout }: { input?: Buffer; onStdout?: (chunk: Buffer) => void } = {},
  ): Promise<RunResult> {
    const result = await runProgram('git', [`--git-dir=${gitDir}`, `--work-tree=${workTree}`, ...fixed, ...args], {
      cwd: workTree,
      env: {
        ...env,
        ...(indexFile === undefined ? {} : { GIT_INDEX_FILE: indexFile }),
        GIT_CEILING_DIRECTORIES: dirname(workTree),
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_OPTIONAL_LOCKS: '0',
        LC_ALL: 'C.UTF-8',
      },
      timeoutMs: TIMEOUT_MS,
      maxOutputBytes: onStdout === undefined ? MAX_OUTPUT_BYTES : STREAMED_BYTES_KEPT,
      ...(onStdout === undefined ? {} : { onStdout }),
      ...(input === undefined ? {} : { input }),
    });
    if (result.exitCode === 0) return result;
    const reason = result.timedOut ? 'took too long' : result.output.trim().slice(-1_000);
    throw new Error(`git ${args[0]}: ${reason}`);
  }
  // Blanks may be part of a name, so only the end of the line goes.
  const text = async (...args: readonly string[]) => (await run(args)).stdout.toString('utf8').replace(/\n+$/, '');
  return Object.assign(text, {
    names: async (...args: readonly string[]) => readNames((await run(args)).stdout),
    tell: async (names: readonly ByteName[], ...args: readonly string[]) => {
      const { stdout, output } = await run(args, { input: listOf(names) });
      return { names: readNames(stdout), said: output };
    },
    stream: async (onStdout: (chunk: Buffer) => void, ...args: readonly string[]) => {
      await run(args, { onStdout });
    },
  });
}

/** The names of a `-z` list, to be shown. */
export function names(list: string): string[] {
  return list.split('\0').filter((name) => name !== '');
}

export async function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
