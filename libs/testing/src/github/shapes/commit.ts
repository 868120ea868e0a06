import type { ChangedFile, Commit } from '../git/history.ts';
import type { Account, Repository } from '../state.ts';
import type { World } from '../world.ts';
import { nodeId, repositoryPage, repositoryUrl, type Schemas, simpleUser } from './common.ts';

export function commitShape({ at, accounts }: World, repository: Repository, commit: Commit): Schemas['commit'] {
  const [root, page] = [repositoryUrl(at, repository), repositoryPage(at, repository)];
  const { sha, tree, author, committer, message } = commit;
  const url = `${root}/commits/${sha}`;
  const known = (email: string) => {
    const account = accountByEmail([...accounts.values()], email);
    return account === null ? null : simpleUser(at, account);
  };
  return {
    url,
    sha,
    node_id: nodeId(`Commit:${sha}`, repository.id),
    html_url: `${page}/commit/${sha}`,
    comments_url: `${url}/comments`,
    commit: {
      url: `${root}/git/commits/${sha}`,
      author,
      committer,
      message,
      comment_count: 0,
      tree: { sha: tree, url: `${root}/git/trees/${tree}` },
      verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
    },
    author: known(author.email),
    committer: known(committer.email),
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: `${root}/commits/${parent}`,
      html_url: `${page}/commit/${parent}`,
    })),
  };
}

/** Whose private address it is, as GitHub finds the author of a commit. */
function accountByEmail(accounts: readonly Account[], email: string): Account | null {
  const id = /^(\d+)\+/.exec(email)?.[1];
  return accounts.find((account) => String(account.id) === id) ?? null;
}

export function fileShape(
  { at }: World,
  repository: Repository,
  headSha: string,
  file: ChangedFile,
): Schemas['diff-entry'] {
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  const page = repositoryPage(at, repository);
  return {
    sha: file.blob,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${page}/blob/${headSha}/${path}`,
    raw_url: `${page}/raw/${headSha}/${path}`,
    contents_url: `${repositoryUrl(at, repository)}/contents/${path}?ref=${headSha}`,
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
  };
}
