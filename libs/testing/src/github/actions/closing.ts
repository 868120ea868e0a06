import { type Issue, isPull, type PullRequest, type Repository } from '../state.ts';

/** https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue */
const CLOSING =
  /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b:?\s+(?:([\w.-]+\/[\w.-]+)?#|GH-|https?:\/\/\S+?\/issues\/)(\d+)/gi;

/** The issues that a merge into the default branch closes, by the words of the pull request and of its commit. */
export function closedBy(repository: Repository, { body, pull }: PullRequest, message: string): Issue[] {
  if (pull.base !== repository.defaultBranch) return [];
  const named = [...`${body ?? ''}\n${message}`.matchAll(CLOSING)]
    .filter(([, slug]) => slug === undefined || slug.toLowerCase() === repository.fullName.toLowerCase())
    .flatMap(([, , number]) => repository.issues.get(Number(number)) ?? []);
  return [...new Set(named)].filter((issue) => !isPull(issue));
}
