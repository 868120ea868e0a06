/**
 * Why a repository cannot be read or written: what is wrong with which thing, and what helps. The words in braces are
 * filled in by whoever refuses; `libs/contracts/src/errors.ts` holds the status of each.
 */
export const REPOSITORY_REFUSALS = {
  INVALID_PATH: 'The path {path} is not absolute. Write it from the root of the server on, beginning with /.',
  PATH_NOT_FOUND:
    'There is no directory {path} on the server. Check the spelling, and that the server may enter each folder of it.',
  PATH_NOT_A_DIRECTORY: '{path} is a file. Connect the directory of the repository.',
  PATH_IS_OURS:
    '{path} belongs to the data of this server, where its own copies and the checkouts of agents lie. Connect the repository they were made from.',
  NOT_A_REPOSITORY:
    'There is no git repository at {address}. Correct the address: it is the top directory of a repository. A directory that belongs to none becomes one with `git init`.',
  REPOSITORY_FORMAT_UNKNOWN:
    'The repository uses {extension}, which this server cannot read. Connect a clone of it made without that.',
  REPOSITORY_EMPTY: 'The repository has no commit on any branch yet. Make the first one, then connect it.',
  NOTHING_OFFERED:
    '{address} answers, but offers no branch: it is a web page, or a repository without any commit. Give the address that `git clone` takes, and make the first commit.',
  DEFAULT_BRANCH_UNUSABLE:
    'HEAD of the repository points to the branch {branch}, a name that git does not let anybody use. Rename it with `git branch -m`, or let HEAD point to another branch.',
  OBJECT_FORMAT_CHANGED:
    'The repository was connected with {before} object names and has {now} ones now: it is another repository. Connect it anew.',
  OBJECT_MISSING:
    'Object {object} is missing in the repository: it is a partial clone, or damaged. Fetch what is missing there with `git config --unset remote.origin.partialCloneFilter` and `git fetch --refetch`, or connect the address it was cloned from.',
  OBJECT_REFUSED:
    'Git refuses object {object} of the repository ({flaw}: {words}). A checkout of it could hold something else than what is reviewed. Rewrite the commits that hold it, for example with `git filter-repo`, then connect it again.',
  REFS_COLLIDE: 'Two branches cannot be kept side by side: {words}. Rename one of them in the repository.',
  HOST_UNREACHABLE:
    'The server cannot reach {host}. Correct the address; if the host is in your own network, whoever runs this server names it in CODEX_PRIVATE_HOSTS.',
  CERTIFICATE_UNTRUSTED:
    'The certificate of {host} is not trusted here: {words}. Whoever runs this server names a file with the certificates that git trusts in GIT_SSL_CAINFO.',
  ACCESS_DENIED:
    'The server has no access to {address}. Make the repository readable for it, or connect it by an address with a key it holds.',
  FORGE_ACCESS_DENIED: 'There is no access to {slug}: {words}',
  FORGE_SILENT:
    'The service that holds the access to {slug} does not answer. Whoever runs this server looks whether it runs; it is asked again.',
  BRANCH_TAKEN:
    'Somebody else pushed to the branch {branch} of the repository. Nothing there was overwritten: take what they did into the work, or remove the branch there, then try again.',
  REPOSITORY_MISSING: 'There is no repository at {address}. Correct the address.',
  FETCH_TIMEOUT: '{address} took too long to answer. Try again later; Refresh does so where it is connected already.',
  FETCH_FAILED: 'Git could not read {address}: {words}',
  BASE_MOVED: 'The branch {branch} keeps changing. Merge again.',
  BASE_BRANCH_MISSING: 'The repository has no branch {branch} any more. Make it again there, or close this change.',
  HEAD_MOVED:
    'The branch holds commits that nobody looked at here. Update takes them in: look at them then, and merge. Or merge there.',
  FORGE_DRAFT: 'The pull request is a draft. Mark it as ready for review there, then merge again.',
  HEAD_MISSING:
    "The work of this change is not in this server's copy of the repository. Ask the agent to hand it over again.",
  WORKING_TREE_DIRTY:
    'The branch {branch} is checked out in {path} with changes that are not committed ({files}). Commit or stash them, then merge again.',
  WORKING_TREE_FILTERED:
    '{file} goes through the filter "{filter}" of the repository, which this server never runs, and {branch} is checked out in {path}. Check out another branch there, merge again, then check {branch} out: your own git runs the filter.',
  WORKING_TREE_BUSY:
    'The branch {branch} is checked out in {path} in the middle of {operation}. Finish or abort that, then merge again.',
  WORKING_TREE_UNREADABLE:
    'The files in {path}, where {branch} is checked out, could not be brought up to date: {words}. Check out another branch there, then merge again.',
  SOURCE_LOCKED:
    'Another git process works in the repository ({lock} is there). Merge again when it is done; if none runs any more, remove that file.',
  PUSH_DENIED: 'The repository does not let this server push to {branch}. Give it that right, then merge again.',
  PUSH_TIMEOUT: 'The repository took too long to take the push. Merge again.',
  PUSH_FAILED: 'The repository refused the push: {words}',
} as const;

export type RepositoryRefusal = keyof typeof REPOSITORY_REFUSALS;

/** The words in braces of a sentence. */
type ParamsIn<Sentence> = Sentence extends `${string}{${infer Name}}${infer Rest}` ? Name | ParamsIn<Rest> : never;
export type RefusalParams<Code extends RepositoryRefusal> = Readonly<
  Record<ParamsIn<(typeof REPOSITORY_REFUSALS)[Code]>, string>
>;

const LONGEST_PARAM = 300;

/** The sentence for a person. What is filled in came from a repository or an address, so it is made one short line. */
export function refusalSentence<Code extends RepositoryRefusal>(code: Code, params: RefusalParams<Code>): string {
  const values: Readonly<Record<string, string>> = params;
  return REPOSITORY_REFUSALS[code].replace(/\{(\w+)\}/g, (_brace, name: string) => oneLine(values[name] ?? ''));
}

function oneLine(text: string): string {
  const visible = text.replace(/\p{Cc}+/gu, (controls) => JSON.stringify(controls).slice(1, -1));
  const points = [...visible];
  return points.length <= LONGEST_PARAM ? visible : `${points.slice(0, LONGEST_PARAM).join('')}…`;
}
