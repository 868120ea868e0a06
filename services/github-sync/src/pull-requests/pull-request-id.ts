import { idFrom } from '@claude-codex/service-kit';

/**
 * The id of the aggregate for a pull request on GitHub. Derived from its address, so that a webhook finds its stream
 * without an index: whoever opens a pull request there uses this id.
 */
export function githubPullRequestId(htmlUrl: string): string {
  return idFrom('github-pull-request', new URL(htmlUrl).href.toLowerCase().replace(/\/+$/, ''));
}
