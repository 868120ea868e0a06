import type {
  CommandAccepted,
  FollowThrough,
  IssueSettings,
  RepositoryView,
  SampleView,
} from '@claude-codex/contracts';
import { type Fetch, request } from './client.ts';

export type RepositorySourceInput =
  | { readonly kind: 'sample' }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'git'; readonly url: string };
export interface RepositorySettings {
  readonly name: string;
  readonly baseBranch: string | null;
  readonly checkCommand: string | null;
  readonly requireGreen?: boolean;
  readonly sendsThreads?: boolean;
  readonly followThrough?: FollowThrough;
  readonly issues?: IssueSettings;
}
interface AsOf {
  readonly position: number;
  readonly epoch: string;
}

export const listRepositories = (fetch?: Fetch) =>
  request<AsOf & { repositories: RepositoryView[] }>('GET', '/repositories', undefined, { fetch });
export const connectRepository = (source: RepositorySourceInput, settings: Partial<RepositorySettings> = {}) =>
  request<CommandAccepted>('POST', '/repositories', { source, ...settings });
/** The bundled sample: its name and the task it suggests. */
export const getSample = () => request<SampleView>('GET', '/sample');
export const configureRepository = (id: string, settings: RepositorySettings) =>
  request<CommandAccepted>('PATCH', `/repositories/${id}`, settings);
export const refreshRepository = (id: string) => request<CommandAccepted>('POST', `/repositories/${id}/refresh`, {});
export const removeRepository = (id: string) => request<unknown>('DELETE', `/repositories/${id}`);
