import type { Account } from '../state.ts';
import type { Files } from './bare-repository.ts';
import { git, person } from './git.ts';

export interface NewCommit {
  readonly branch: string;
  /** The first is the branch's own; none: the first commit there is. */
  readonly parents: readonly string[];
  readonly files: Files;
  readonly message: string;
  readonly author: Account;
}

/** One commit on a branch, in one process: tests push often. @returns its id */
export function importCommit(
  directory: string,
  { branch, parents, files, message, author }: NewCommit,
): Promise<string> {
  const { name, email } = person(author);
  const [first, ...others] = parents;
  const input = [
    `commit refs/heads/${branch}`,
    'mark :1',
    `author ${name} <${email}> now`,
    `committer ${name} <${email}> now`,
    data(message),
    ...(first === undefined ? [] : [`from ${first}`]),
    ...others.map((parent) => `merge ${parent}`),
    ...Object.entries(files).flatMap(([path, content]) =>
      content === null ? [`D ${quoted(path)}`] : [`M 100644 inline ${quoted(path)}`, data(content)],
    ),
    '',
    'get-mark :1',
    'done',
    '',
  ].join('\n');
  return git(directory, ['fast-import', '--quiet', '--done', '--date-format=now', '--cat-blob-fd=1'], { input });
}

function data(content: string): string {
  return `data ${Buffer.byteLength(content)}\n${content}`;
}

function quoted(path: string): string {
  return `"${path.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
