import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GitError } from '@claude-codex/service-kit/git/git-error';
import { runGit } from '@claude-codex/service-kit/git/run-git';
import type { LocalRepository } from './local-repository.ts';
import { lastWords, refusal } from './source-refusal.ts';

const BOOLEAN = /^(?:true|false|yes|no|on|off|1|0)$/i;

/**
 * What is taken over from the configuration of somebody else's repository: only what says how its data is stored or
 * written, each with the values it may have. Everything else, and so everything that names a program, a place or
 * another file, does not exist for us.
 */
const DATA_ONLY: Readonly<Record<string, RegExp>> = {
  'core.autocrlf': /^(?:true|false|input)$/i,
  'core.eol': /^(?:lf|crlf|native)$/i,
  'core.filemode': BOOLEAN,
  'core.ignorecase': BOOLEAN,
  'core.precomposeunicode': BOOLEAN,
  'core.sharedrepository': /^(?:umask|group|all|world|everybody|true|false|0[0-7]{3})$/i,
  'core.sparsecheckout': BOOLEAN,
  'core.sparsecheckoutcone': BOOLEAN,
  'core.symlinks': BOOLEAN,
  'extensions.objectformat': /^(?:sha1|sha256)$/,
  'extensions.refstorage': /^(?:files|reftable)$/,
};

/** Extensions that change nothing about what we read. */
const HARMLESS = /^extensions\.(?:noop|noop-v1|partialclone|preciousobjects|worktreeconfig|relativeworktrees)$/;

export interface RepositorySettings {
  readonly bare: boolean;
  readonly objectFormat: 'sha1' | 'sha256';
  /** Lines `key=value` for a configuration of our own. */
  readonly kept: ReadonlyMap<string, string>;
}

/** Reads a configuration as data: nothing it includes is followed, nothing it names is run. */
export async function repositorySettings({ commonDir, gitDir }: LocalRepository): Promise<RepositorySettings> {
  const all = await listed(join(commonDir, 'config'));
  if (BOOLEAN.test(all.get('extensions.worktreeconfig') ?? '')) {
    for (const [key, value] of await listed(join(gitDir, 'config.worktree'))) all.set(key, value);
  }
  const unknown = [...all.keys()].find(
    (key) => key.startsWith('extensions.') && !HARMLESS.test(key) && !(key in DATA_ONLY),
  );
  if (unknown !== undefined) throw refusal('REPOSITORY_FORMAT_UNKNOWN', { extension: unknown });
  const kept = new Map([...all].filter(([key, value]) => DATA_ONLY[key]?.test(value) === true));
  return {
    bare: /^(?:true|yes|on|1)$/i.test(all.get('core.bare') ?? ''),
    objectFormat: kept.get('extensions.objectformat') === 'sha256' ? 'sha256' : 'sha1',
    kept,
  };
}

async function listed(file: string): Promise<Map<string, string>> {
  const found = await stat(file).catch(() => null);
  if (found === null) return new Map();
  if (!found.isFile()) throw refusal('FETCH_FAILED', { address: file, words: 'it is not a file' });
  try {
    const args = ['config', '--file', file, '--no-includes', '--null', '--list'];
    const { stdout } = await runGit(args, { gitDir: '/nonexistent', timeoutMs: 10_000 });
    const entries = stdout
      .toString('utf8')
      .split('\0')
      .filter((entry) => entry !== '');
    return new Map(entries.map(keyAndValue));
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw refusal('FETCH_FAILED', { address: file, words: lastWords(error) }, { cause: error });
  }
}

/** A key without a value means true. */
function keyAndValue(entry: string): [string, string] {
  const end = entry.indexOf('\n');
  return end === -1 ? [entry, 'true'] : [entry.slice(0, end), entry.slice(end + 1)];
}
