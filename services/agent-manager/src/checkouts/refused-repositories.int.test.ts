import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  commitFiles,
  createRepository,
  git,
  gitWithInput,
  temporaryDirectory,
} from '@claude-codex/git/mirrors/git-fixture';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { journey } from './journey.fixture.ts';

let root: string;
beforeEach(() => {
  root = temporaryDirectory();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Each makes a repository that cannot be used and names what its refusal has to name. */
const REFUSED: Record<string, () => { path: string; code: string; names: string[] }> = {
  'a clone without its files (blob:none)': () => {
    const { path, blob } = blobless();
    return { path, code: 'OBJECT_MISSING', names: [blob, 'git fetch --refetch'] };
  },
  'a branch whose commit is gone': () => {
    const path = plain();
    writeFileSync(join(path, '.git/refs/heads/broken'), `${'1'.repeat(40)}\n`);
    return { path, code: 'OBJECT_MISSING', names: ['1'.repeat(40)] };
  },
  'two entries of one name in a directory': () => {
    const path = plain();
    const blob = git(path, 'rev-parse', 'HEAD:a.txt');
    const tree = treeOf(path, [
      ['100644 a.txt', blob],
      ['100644 a.txt', blob],
    ]);
    commitTree(path, tree);
    return { path, code: 'OBJECT_REFUSED', names: [tree, 'duplicateEntries', 'git filter-repo'] };
  },
  'a file called .git': () => {
    const path = plain();
    const tree = treeOf(path, [['100644 .git', git(path, 'rev-parse', 'HEAD:a.txt')]]);
    commitTree(path, tree);
    return { path, code: 'OBJECT_REFUSED', names: [tree, 'hasDotgit'] };
  },
  'a submodule whose address is an option': () => {
    const path = plain();
    const modules = '[submodule "x"]\n\tpath = x\n\turl = --upload-pack=touch\n';
    commitFiles(path, { '.gitmodules': modules }, 'Option');
    return { path, code: 'OBJECT_REFUSED', names: [git(path, 'rev-parse', 'HEAD:.gitmodules'), 'gitmodulesUrl'] };
  },
  'HEAD on a branch that nobody can name': () => {
    const path = plain();
    git(path, 'update-ref', 'refs/heads/-dash', 'HEAD');
    git(path, 'symbolic-ref', 'HEAD', 'refs/heads/-dash');
    return { path, code: 'DEFAULT_BRANCH_UNUSABLE', names: ['-dash', 'git branch -m'] };
  },
  'an extension this git does not know': () => {
    const path = plain();
    git(path, 'config', 'core.repositoryFormatVersion', '1');
    writeFileSync(
      join(path, '.git/config'),
      '[core]\n\trepositoryformatversion = 1\n[extensions]\n\tcompatObjects = x\n',
    );
    return { path, code: 'REPOSITORY_FORMAT_UNKNOWN', names: ['extensions.compatobjects'] };
  },
  'a configuration that git cannot read': () => {
    const path = plain();
    writeFileSync(join(path, '.git/config'), '[core\n');
    return { path, code: 'FETCH_FAILED', names: ['bad config line 1'] };
  },
  'no commit yet': () => {
    const path = join(root, 'empty');
    mkdirSync(path);
    git(path, 'init', '--quiet');
    return { path, code: 'REPOSITORY_EMPTY', names: ['first one'] };
  },
  'a directory without a repository': () => ({ path: root, code: 'NOT_A_REPOSITORY', names: [root, 'git init'] }),
  'no directory': () => ({ path: join(root, 'no'), code: 'PATH_NOT_FOUND', names: [join(root, 'no')] }),
  'a pipe instead of its HEAD': () => {
    const path = plain();
    rmSync(join(path, '.git/HEAD'));
    execFileSync('mkfifo', [join(path, '.git/HEAD')]);
    return { path, code: 'NOT_A_REPOSITORY', names: [path] };
  },
};

it.each(Object.keys(REFUSED))('is refused by name, with what helps: %s', async (kind) => {
  const { path, code, names } = REFUSED[kind]?.() ?? { path: '', code: '', names: [] };
  const refused = await journey(root, path).then(
    () => new Error('it was taken'),
    (error: Error) => error,
  );
  expect(refused).toMatchObject({ code });
  for (const name of names) expect(refused.message).toContain(name);
});

it('what a refusal of a clone without its files tells to do helps', async () => {
  const { path } = blobless();
  git(path, 'config', '--unset', 'remote.origin.partialCloneFilter');
  git(path, 'fetch', '--quiet', '--refetch');
  expect(await journey(root, path)).toMatchObject({ merged: { ok: true } });
});

describe('what lies in our own data', () => {
  const OURS: Record<string, (mirror: string) => string> = {
    'by its name': (mirror) => mirror,
    'with dots and slashes': (mirror) =>
      join(mirror, '..', '.', '//', mirror.split('/').at(-1) ?? '').replace('/data/', '/data/../data//'),
    'by a link': (mirror) => {
      symlinkSync(mirror, join(root, 'link'));
      return join(root, 'link');
    },
    'by a link on the way': (mirror) => {
      symlinkSync(join(mirror, '..'), join(root, 'way'));
      return join(root, 'way', mirror.split('/').at(-1) ?? '');
    },
    'by a file .git that points there': (mirror) => {
      mkdirSync(join(root, 'pointer'));
      writeFileSync(join(root, 'pointer/.git'), `gitdir: ${mirror}\n`);
      return join(root, 'pointer');
    },
    'by objects borrowed from there': (mirror) => {
      const path = plain('borrower');
      mkdirSync(join(path, '.git/objects/info'), { recursive: true });
      writeFileSync(join(path, '.git/objects/info/alternates'), `${mirror}/objects\n`);
      return path;
    },
    'by branches that are links': (mirror) => {
      const path = plain('linker');
      rmSync(join(path, '.git/refs'), { recursive: true });
      symlinkSync(join(mirror, 'refs'), join(path, '.git/refs'));
      return path;
    },
    'by single objects that are links': (mirror) => {
      const path = plain('packer');
      symlinkSync(join(mirror, 'objects/pack'), join(path, '.git/objects/zz'));
      return path;
    },
  };

  it.each(Object.keys(OURS))('is no source, %s', async (spelling) => {
    const mirror = join(root, 'data/mirrors/other.git');
    git(root, 'clone', '--quiet', '--mirror', plain('secret'), mirror);
    const path = OURS[spelling]?.(mirror) ?? '';
    await expect(journey(root, path)).rejects.toMatchObject({
      code: 'PATH_IS_OURS',
      message: expect.stringContaining('Connect the repository they were made from'),
    });
  });
});

function plain(name = 'plain'): string {
  const path = join(root, name);
  createRepository(path, { 'a.txt': 'one\n' });
  return path;
}

function blobless(): { path: string; blob: string } {
  const whole = plain('whole');
  const blob = git(whole, 'rev-parse', 'HEAD:a.txt');
  commitFiles(whole, { 'a.txt': 'two\n' }, 'Second');
  git(whole, 'config', 'uploadpack.allowFilter', 'true');
  git(root, 'clone', '--quiet', '--filter=blob:none', `file://${whole}`, 'blobless');
  return { path: join(root, 'blobless'), blob };
}

/** A tree as written, however wrong. */
function treeOf(path: string, entries: [string, string][]): string {
  const parts = entries.map(([entry, sha]) => Buffer.concat([Buffer.from(`${entry}\0`), Buffer.from(sha, 'hex')]));
  const args = ['hash-object', '-w', '--stdin', '--literally', '-t', 'tree'];
  return gitWithInput(path, Buffer.concat(parts), ...args);
}

function commitTree(path: string, tree: string): void {
  git(path, 'update-ref', 'refs/heads/main', git(path, 'commit-tree', tree, '-p', 'HEAD', '-m', 'Odd'));
}
