import { cutText } from '@claude-codex/contracts/text';
import type { Followed } from '../followed/followed.ts';
import { hintReader } from './hints.ts';

/** What a delivery makes worth a look; with none of them, `detail` says why nothing follows. */
export interface WorthALook {
  readonly pullRequestIds: readonly string[];
  /** Those whose comments may hold a command. */
  readonly repositoryIds: readonly string[];
  readonly detail: string;
}

/**
 * Which pull requests and comments a delivery makes worth a look: how they stand is asked of GitHub, so a delivery that comes late,
 * twice or never changes nothing about what is known in the end.
 */
export function whatToLookAt(
  { event, payload }: { readonly event: string; readonly payload: unknown },
  followed: Pick<Followed, 'inRepository' | 'listening'>,
): WorthALook {
  if (event === 'ping') return nothing('GitHub asked whether anybody is there.');
  const read = hintReader(event);
  if (read === null) return nothing(`Nothing follows from "${cutText(event, 60)}" here.`);
  const hint = read(payload);
  if (hint === null) return nothing(`It is not as GitHub documents "${event}".`);
  const numbers = new Set(hint.numbers);
  const branches = new Set(hint.branches);
  const pullRequestIds = followed.inRepository(
    hint.repository,
    ({ number, branch, closedAt }) =>
      (number !== null && numbers.has(number)) || (closedAt === null && branches.has(branch)),
  );
  const repositoryIds = hint.isComment ? followed.listening(hint.repository) : [];
  const many = pullRequestIds.length;
  if (many === 0 && repositoryIds.length === 0) return nothing('No task has an open pull request it is about.');
  return { pullRequestIds, repositoryIds, detail: wordsFor(many) };
}

function nothing(detail: string): WorthALook {
  return { pullRequestIds: [], repositoryIds: [], detail };
}

function wordsFor(pullRequests: number): string {
  if (pullRequests === 0) return 'The comments of the repository';
  return pullRequests === 1 ? 'A pull request' : `${pullRequests} pull requests`;
}
