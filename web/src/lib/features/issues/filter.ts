import type { IssueQuery } from '#lib/api/issues.ts';

/** What narrows the list; kept in the address, so that a link shows the same. */
export interface IssueFilter {
  readonly repositoryId: string;
  readonly state: IssueQuery['state'];
  readonly labels: readonly string[];
  readonly q: string;
}

const STATES: readonly string[] = ['open', 'closed', 'all'] satisfies IssueQuery['state'][];

export function readFilter(params: Pick<URLSearchParams, 'get'>): IssueFilter {
  const state = params.get('state') ?? '';
  return {
    repositoryId: params.get('repository') ?? '',
    state: STATES.includes(state) ? (state as IssueQuery['state']) : 'open',
    labels: (params.get('labels') ?? '').split(',').filter((name) => name !== ''),
    q: params.get('q') ?? '',
  };
}

/** The address of the list with this filter; what is at its default is left out. */
export function addressOf({ repositoryId, state, labels, q }: IssueFilter): string {
  const said = { repository: repositoryId, state: state === 'open' ? '' : state, labels: labels.join(','), q };
  const params = new URLSearchParams(Object.entries(said).filter(([, value]) => value !== ''));
  return params.size === 0 ? '/issues' : `/issues?${params.toString()}`;
}

export function isNarrowed({ labels, q }: IssueFilter): boolean {
  return labels.length > 0 || q.trim() !== '';
}

/** The filter with a label more, or without it. A name with a comma cannot be asked for. */
export function toggleLabel(filter: IssueFilter, name: string): IssueFilter {
  const { labels } = filter;
  if (labels.includes(name)) return { ...filter, labels: labels.filter((other) => other !== name) };
  return name.includes(',') ? filter : { ...filter, labels: [...labels, name] };
}
