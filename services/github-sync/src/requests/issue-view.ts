import type { ForgeIssue, IssueText } from '@claude-codex/contracts';
import { cleanText, cutText } from '@claude-codex/contracts/text';

/** GitHub's name for whoever's account is gone. */
const NOBODY = 'ghost';
const MOST = { title: 300, label: 60, labels: 20, assignees: 10 };

interface Account {
  readonly login: string;
}

/** The part of GitHub's answers that is used here. */
export interface FoundIssue {
  readonly number: number;
  readonly title: string;
  readonly state: string;
  readonly labels: readonly (string | { readonly name?: string })[];
  readonly user: Account | null;
  readonly assignees?: readonly Account[] | null;
  readonly comments: number;
  readonly updated_at: string;
  readonly html_url: string;
  /** Present on pull requests, which GitHub lists among issues. */
  readonly pull_request?: unknown;
}

export interface FoundText {
  readonly user: Account | null;
  readonly body?: string | null;
  readonly author_association?: string;
  readonly created_at: string;
}

export function issueView(found: FoundIssue): ForgeIssue {
  const labels = found.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? '')));
  return {
    number: found.number,
    title: line(found.title, MOST.title),
    state: found.state === 'closed' ? 'closed' : 'open',
    labels: labels
      .filter((name) => name !== '')
      .slice(0, MOST.labels)
      .map((name) => line(name, MOST.label)),
    author: found.user?.login ?? NOBODY,
    assignees: (found.assignees ?? []).slice(0, MOST.assignees).map(({ login }) => login),
    comments: found.comments,
    updatedAt: new Date(found.updated_at).toISOString(),
    url: found.html_url,
  };
}

/** `writers`: logins of those who may push. */
export function textView(found: FoundText, writers: ReadonlySet<string>, most: number): IssueText {
  const author = found.user?.login ?? NOBODY;
  const body = cleanText((found.body ?? '').replaceAll('\r\n', '\n'));
  return {
    author,
    mayWrite: writers.has(author),
    body: cutText(body, most),
    isCut: body.length > most,
    at: new Date(found.created_at).toISOString(),
  };
}

function line(text: string, most: number): string {
  return cutText(cleanText(text).replace(/\s+/g, ' ').trim(), most);
}
