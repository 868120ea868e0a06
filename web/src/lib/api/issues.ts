import type { IssuesStartedView, IssuesView, StartIssuesRequest } from '@claude-codex/contracts';
import { request } from './client.ts';

export interface IssueQuery {
  readonly state: 'open' | 'closed' | 'all';
  /** Separated by commas; an issue has all of them. */
  readonly labels: string;
  readonly text: string;
  readonly page: number;
}

/** Issues of a repository as they are at its forge now, the last changed first. */
export const listIssues = (repositoryId: string, query: IssueQuery, signal: AbortSignal) =>
  request<IssuesView>('GET', `/repositories/${repositoryId}/issues`, undefined, { query: { ...query }, signal });

/** A task from each of them, 20 at most; what became of each is in the answer. */
export const startIssues = (
  repositoryId: string,
  body: Partial<StartIssuesRequest> & Pick<StartIssuesRequest, 'numbers'>,
  commandId: string,
) => request<IssuesStartedView>('POST', `/repositories/${repositoryId}/issues/tasks`, body, { commandId });
