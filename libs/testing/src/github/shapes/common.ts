import type { components } from '@octokit/openapi-types';
import { roleOf } from '../access.ts';
import type { Account, Reaction, Repository } from '../state.ts';
import type { Addresses } from '../world.ts';

export type Schemas = components['schemas'];

/** GitHub tells whole seconds. */
export function time(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

export function timeOrNull(date: Date | null | undefined): string | null {
  return date == null ? null : time(date);
}

/** The id that GraphQL would know the same thing by. */
export function nodeId(kind: string, id: number): string {
  return Buffer.from(`${kind}:${id}`).toString('base64url');
}

export function simpleUser(at: Addresses, { id, login, type }: Account): Schemas['simple-user'] {
  const url = `${at.api}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: nodeId('User', id),
    avatar_url: `${at.web}/avatars/${id}`,
    gravatar_id: '',
    url,
    html_url: `${at.web}/${encodeURIComponent(login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    site_admin: false,
  };
}

export function repositoryUrl(at: Addresses, { fullName }: Repository): string {
  return `${at.api}/repos/${fullName}`;
}

export function repositoryPage(at: Addresses, { fullName }: Repository): string {
  return `${at.web}/${fullName}`;
}

/** What an author is to the repository. */
export function association(repository: Repository, author: Account): Schemas['author-association'] {
  if (author.login === repository.owner.login) return 'OWNER';
  return repository.collaborators.has(author.login) || roleOf(repository, author) === null ? 'COLLABORATOR' : 'NONE';
}

export function reactions(url: string, given: readonly Reaction[] = []): Schemas['reaction-rollup'] {
  const counts = { '+1': 0, '-1': 0, laugh: 0, confused: 0, heart: 0, hooray: 0, eyes: 0, rocket: 0 };
  for (const { content } of given) counts[content] += 1;
  return { url: `${url}/reactions`, total_count: given.length, ...counts };
}
