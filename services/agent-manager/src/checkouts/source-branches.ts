import { BranchName } from '@claude-codex/contracts';
import { runGit } from '../git/run-git.ts';
import { type SourceAccess, SourceUnavailable } from './source-access.ts';

export interface SourceBranches {
  defaultBranch: string;
  branches: string[];
}

/**
 * Asks a source for its branches without copying anything. The default branch is what its HEAD points to; with a
 * detached HEAD `main`, `master` or the first one. Names our own rules refuse are left out: they could not be used.
 */
export async function defaultBranchOf(source: SourceAccess, gitDir: string): Promise<SourceBranches> {
  const { protocols = [], network = {}, globalConfig } = source;
  const { stdout } = await runGit(
    ['ls-remote', '--symref', '--quiet', '--end-of-options', source.address, 'HEAD', 'refs/heads/*'],
    {
      gitDir,
      protocols,
      network,
      ...(globalConfig === undefined ? {} : { globalConfig }),
      timeoutMs: 30_000,
    },
  );
  const lines = stdout.toString('utf8').split('\n');
  const branches = lines
    .map((line) => /^[0-9a-f]+\trefs\/heads\/(.+)$/.exec(line)?.[1])
    .filter((name) => name !== undefined)
    .filter((name) => BranchName.safeParse(name).success);
  const pointed = lines
    .map((line) => /^ref: refs\/heads\/(.+)\tHEAD$/.exec(line)?.[1])
    .find((name) => name !== undefined);
  const chosen = [pointed, 'main', 'master', branches[0]].find((name) => name !== undefined && branches.includes(name));
  if (chosen === undefined) throw new SourceUnavailable('REPOSITORY_EMPTY', 'The repository has no commit yet.');
  return { defaultBranch: chosen, branches };
}
