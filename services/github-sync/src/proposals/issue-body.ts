import type { ProposedIssue } from '@claude-codex/contracts/issue-proposal/events';

/**
 * The text of an issue an agent proposed, in Markdown. `after`: numbers of what has to be done before it; `from`: the
 * task it comes from, in Markdown.
 */
export function issueBody({ body }: Pick<ProposedIssue, 'body'>, after: readonly number[], from: string): string {
  const before = after.map((number) => `- #${number}`);
  return [
    body,
    ...(before.length === 0 ? [] : [['Depends on:', ...before].join('\n')]),
    `*Proposed by an agent in ${from}, opened because a person chose it.*`,
  ].join('\n\n');
}
