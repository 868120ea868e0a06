import {
  type ForgeRepositoriesAnswer,
  type ForgeRepositoriesRequest,
  type ForgeRepository,
  type ForgeRepositoryAnswer,
  type ForgeRepositoryRequest,
  RepositorySlug,
} from '@claude-codex/contracts';
import { cutText } from '@claude-codex/contracts/text';
import type { GithubClient } from '../api/client.ts';
import { asking, GithubRefused } from '../api/faults.ts';
import { type RuleSettings, rulesOf } from '../api/rules-of.ts';
import type { Clients, KnownClient } from '../connections/clients.ts';
import { refusalOf } from './refusal.ts';

/** As many as one request gives; whoever has more searches. */
const PER_PAGE = 100;
/** A list of thousands is searched in what was pushed to last. */
const PAGES = 5;
const SHOWN = 50;

/** The part of GitHub's answers that is used here. */
interface Found extends RuleSettings {
  readonly full_name: string;
  readonly clone_url?: string;
  readonly description?: string | null;
  readonly default_branch?: string;
  readonly private: boolean;
  readonly archived?: boolean;
  readonly permissions?: { readonly push?: boolean };
  readonly pushed_at?: string | null;
}

export async function listRepositories(
  clients: Clients,
  { credentialId, text }: ForgeRepositoriesRequest,
): Promise<ForgeRepositoriesAnswer> {
  const { octokit, kind } = await clients.of(credentialId, { purpose: 'find' });
  const pageOf = kind === 'app' ? installedPage : visiblePage;
  const wanted = text.trim().toLowerCase();
  const found: ForgeRepository[] = [];
  for (let page = 1; page <= PAGES; page += 1) {
    const data = await pageOf(octokit, page);
    const fitting = data.filter(({ full_name: name }) => name.toLowerCase().includes(wanted));
    const views = fitting.map((each) => viewOf(each, kind));
    found.push(...views.filter(({ slug }) => RepositorySlug.safeParse(slug).success));
    if (data.length < PER_PAGE) return listed(found, false);
    if (kind === 'token' && found.length > SHOWN) break;
  }
  return listed(found, true);
}

function listed(repositories: readonly ForgeRepository[], more: boolean): ForgeRepositoriesAnswer {
  const sortedRepositories = repositories.toSorted((a, b) => (b.pushedAt ?? '').localeCompare(a.pushedAt ?? ''));
  return { repositories: sortedRepositories.slice(0, SHOWN), more: more || repositories.length > SHOWN };
}

async function visiblePage(octokit: GithubClient, page: number): Promise<readonly Found[]> {
  const sorted = { sort: 'pushed', direction: 'desc', per_page: PER_PAGE, page } as const;
  return (await asking(octokit.rest.repos.listForAuthenticatedUser(sorted), Date.now())).data;
}

/** GitHub sorts these by nothing, so all of them are read before the last pushed to are shown. */
async function installedPage(octokit: GithubClient, page: number): Promise<readonly Found[]> {
  const request = octokit.rest.apps.listReposAccessibleToInstallation({ per_page: PER_PAGE, page });
  return (await asking(request, Date.now())).data.repositories;
}

export async function repositoryOf(
  clients: Clients,
  { credentialId, slug }: ForgeRepositoryRequest,
): Promise<ForgeRepositoryAnswer> {
  try {
    const { octokit, kind } = await clients.of(credentialId, { purpose: 'work', slug });
    const [owner = '', repo = ''] = slug.split('/');
    const { data } = await asking(octokit.rest.repos.get({ owner, repo }), Date.now());
    const repository = viewOf(data, kind);
    if (repository.canPush) return { ok: true, repository };
    const detail = repository.archived
      ? `${repository.slug} is archived: nothing can be pushed there.`
      : `The token may read ${repository.slug}, not push to it. Give it the right to write contents and pull requests.`;
    return { ok: false, code: 'FORGE_REPOSITORY_READ_ONLY', detail };
  } catch (error) {
    if (!(error instanceof GithubRefused) || error.status !== 404) return refusalOf(error);
    const detail = `The token cannot see ${slug}. Check the name, or let the token reach that repository.`;
    return { ok: false, code: 'FORGE_REPOSITORY_HIDDEN', detail };
  }
}

/** An app's right to push is in what it was given, which a client was made by; what GitHub says here is of people. */
function viewOf(found: Found, kind: KnownClient['kind']): ForgeRepository {
  const { full_name: slug, private: isPrivate, archived = false, permissions, pushed_at: pushedAt = null } = found;
  return {
    slug,
    cloneUrl: found.clone_url ?? '',
    description: cutText(found.description ?? '', 300),
    defaultBranch: found.default_branch ?? '',
    private: isPrivate,
    archived,
    canPush: !archived && (kind === 'app' || permissions?.push === true),
    // GitHub's time zone is Z, as ours is; ours has milliseconds.
    pushedAt: pushedAt === null ? null : new Date(pushedAt).toISOString(),
    rules: rulesOf(found),
  };
}
