import type { ForgeIssue, ForgeIssuesAnswer, ForgeIssuesRequest } from '@claude-codex/contracts';
import type { RepositoryPlace } from '../api/client.ts';
import type { Conditional } from '../api/conditional.ts';
import { asking, GithubRefused } from '../api/faults.ts';
import type { Clients } from '../connections/clients.ts';
import { issueView } from './issue-view.ts';
import { type Refusal, refusalOf } from './refusal.ts';

/** As many as GitHub gives at once, pull requests among them. */
const PER_PAGE = 100;
/** So many of GitHub's pages are read for one of ours, which is full with so many issues. */
const PAGES = 5;
const ENOUGH = 50;

export interface IssueParts {
  readonly clients: Pick<Clients, 'of'>;
  readonly ask: Conditional;
}

/** A text is looked for in what was changed last, page by page: GitHub's search has a budget of its own, and it is small. */
export async function listIssues(parts: IssueParts, request: ForgeIssuesRequest): Promise<ForgeIssuesAnswer> {
  const { credentialId, slug, text, page: first } = request;
  const [owner = '', repo = ''] = slug.split('/');
  const wanted = text.trim().toLowerCase();
  try {
    const { octokit } = await parts.clients.of(credentialId, { purpose: 'work', slug });
    const issues: ForgeIssue[] = [];
    for (let page = first; page < first + PAGES; page += 1) {
      const found = await pageOf({ octokit, owner, repo }, parts.ask, { ...request, page });
      issues.push(...found.issues.filter((issue) => isMeant(issue, wanted)));
      if (!found.isFull) return { ok: true, issues, nextPage: null };
      if (issues.length >= ENOUGH) return { ok: true, issues, nextPage: page + 1 };
    }
    return { ok: true, issues, nextPage: first + PAGES };
  } catch (error) {
    return unreadable(slug, error);
  }
}

interface Page {
  readonly issues: readonly ForgeIssue[];
  readonly isFull: boolean;
}

function pageOf(
  { octokit, owner, repo }: RepositoryPlace,
  ask: Conditional,
  { credentialId, state, labels, page }: ForgeIssuesRequest,
): Promise<Page> {
  const of = { state, sort: 'updated', direction: 'desc', per_page: PER_PAGE, page } as const;
  const query = { owner, repo, ...of, ...(labels.length === 0 ? {} : { labels: labels.join(',') }) };
  return ask(
    async (headers) => {
      const answer = await asking(octokit.rest.issues.listForRepo({ ...query, headers }), Date.now());
      // Made small before it is kept for the next time: bodies are most of such an answer.
      const issues = answer.data.filter((found) => found.pull_request === undefined).map(issueView);
      return { headers: answer.headers, data: { issues, isFull: answer.data.length === PER_PAGE } };
    },
    JSON.stringify([credentialId, query]),
  );
}

function isMeant({ title, number }: ForgeIssue, wanted: string): boolean {
  return title.toLowerCase().includes(wanted) || `#${number}` === `#${wanted.replace(/^#/, '')}`;
}

/** What a repository says no to for all of its issues. */
export function unreadable(slug: string, error: unknown): Refusal {
  if (!(error instanceof GithubRefused)) return refusalOf(error);
  const { status, message } = error;
  if (status === 404) {
    const detail = `The token cannot see ${slug}. Check the name, or let the token reach that repository.`;
    return { ok: false, code: 'FORGE_REPOSITORY_HIDDEN', detail };
  }
  const detail =
    status === 410
      ? `${slug} has no issues: they are switched off there.`
      : `The token may not read the issues of ${slug}. Give it the permission “Issues”. GitHub: ${message}.`;
  return { ok: false, code: 'FORGE_ISSUES_UNREADABLE', detail };
}
