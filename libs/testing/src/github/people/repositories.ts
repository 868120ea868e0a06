import { join } from 'node:path';
import { branchSha, type Files, initBare } from '../git/bare-repository.ts';
import { importCommit } from '../git/fast-import.ts';
import type { Account, MergeMethod, Protection, Repository, Role } from '../state.ts';
import { accountOf, repositoryOf, type World } from '../world.ts';

export interface RepositoryOptions {
  /** Of the first commit; without any the repository is empty. */
  readonly files?: Files;
  readonly private?: boolean;
  readonly defaultBranch?: string;
  readonly ownerType?: Account['type'];
  readonly mergeMethods?: readonly MergeMethod[];
  readonly deleteBranchOnMerge?: boolean;
}

/** Makes `owner/name` with one commit by its owner. */
export async function addRepository(
  world: World,
  fullName: string,
  options: RepositoryOptions = {},
): Promise<Repository> {
  const [login = '', name = ''] = fullName.split('/');
  const { files = { 'README.md': `# ${name}\n` }, defaultBranch = 'main' } = options;
  const owner = accountOf(world, login, options.ownerType);
  const directory = join(world.directory, `${fullName}.git`);
  await initBare(directory, defaultBranch);
  const now = new Date();
  const repository: Repository = {
    id: world.nextId(),
    owner,
    name,
    fullName,
    private: options.private ?? false,
    defaultBranch,
    directory,
    createdAt: now,
    pushedAt: now,
    nextNumber: 1,
    mergeMethods: options.mergeMethods ?? ['merge', 'squash', 'rebase'],
    deleteBranchOnMerge: options.deleteBranchOnMerge ?? false,
    collaborators: new Map(),
    protections: new Map(),
    issues: new Map(),
    labels: new Map(),
    checks: [],
    statuses: [],
    hooks: new Map(),
  };
  world.repositories.set(fullName.toLowerCase(), repository);
  if (Object.keys(files).length === 0) return repository;
  await importCommit(directory, { branch: defaultBranch, parents: [], files, message: 'Begin', author: owner });
  return repository;
}

export function addCollaborator(world: World, fullName: string, login: string, role: Role): void {
  repositoryOf(world, fullName).collaborators.set(accountOf(world, login).login, role);
}

/** Rules of a branch; what is not named is not asked for. */
export function protect(world: World, fullName: string, branch: string, rules: Partial<Protection>): void {
  repositoryOf(world, fullName).protections.set(branch, {
    checks: [],
    approvals: 0,
    strict: false,
    queue: false,
    ...rules,
  });
}

/** The commit a branch is at; null when there is none. */
export function headOf(world: World, fullName: string, branch: string): Promise<string | null> {
  return branchSha(repositoryOf(world, fullName).directory, branch);
}
