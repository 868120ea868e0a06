import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { branchRef, objectId } from '@claude-codex/service-kit/git/names';
import { gitText, runGit } from '@claude-codex/service-kit/git/run-git';
import { treeOf } from './commits.ts';

interface Place {
  readonly mirror: string;
  readonly branch: string;
  readonly temporary: string;
}

/**
 * Gives files that came without a history the one they belong to: one commit with them on the agent's branch as we know
 * it, or on the base. Only objects are made, in our own mirror. Submodules stay where the base has them, since nothing
 * of them can be among the files. The same files on the same history give the same commit.
 */
export async function putOnHistory({ mirror, branch, temporary }: Place, filesSha: string, base: string) {
  const gitDir = mirror;
  const ref = await runGit(['rev-parse', '--verify', '--quiet', '--end-of-options', `${branchRef(branch)}^{commit}`], {
    gitDir,
    accept: [0, 1, 128],
  });
  const parent = objectId(ref.exitCode === 0 ? ref.stdout.toString('utf8').trim() : base);
  const tree = await withSubmodules(gitDir, temporary, await treeOf(gitDir, filesSha), parent);
  if (tree === (await treeOf(gitDir, parent))) return parent;
  const { stdout } = await runGit(
    ['log', '-1', '--format=%an%x00%ae%x00%aI%x00%B', '--end-of-options', filesSha, '--'],
    {
      gitDir,
    },
  );
  const [name = '', email = '', at = '', message = ''] = stdout.toString('utf8').split('\0');
  const identity = Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((role) => [
      [`GIT_${role}_NAME`, name],
      [`GIT_${role}_EMAIL`, email],
      [`GIT_${role}_DATE`, at],
    ]),
  );
  return objectId(await gitText(['commit-tree', '-p', parent, '-F', '-', tree], { gitDir, input: message, identity }));
}

async function withSubmodules(gitDir: string, temporary: string, tree: string, parent: string): Promise<string> {
  const { stdout } = await runGit(['ls-tree', '-r', '-z', '--end-of-options', parent], { gitDir });
  const links = stdout
    .toString('latin1')
    .split('\0')
    .filter((line) => line.startsWith('160000 '));
  if (links.length === 0) return tree;
  const folder = await mkdtemp(join(temporary, 'index-'));
  try {
    const identity = { GIT_INDEX_FILE: join(folder, 'index') };
    await runGit(['read-tree', objectId(tree)], { gitDir, identity });
    const input = Buffer.from(links.map((line) => `${line}\0`).join(''), 'latin1');
    await runGit(['update-index', '-z', '--index-info'], { gitDir, identity, input });
    return objectId(await gitText(['write-tree'], { gitDir, identity }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
