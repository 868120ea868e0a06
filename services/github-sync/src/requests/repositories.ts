import {
  type ForgeRepositoriesAnswer,
  type ForgeRepositoriesRequest,
  type ForgeRepository,
  type ForgeRepositoryAnswer,
  type ForgeRepositoryRequest,
  RepositorySlug,
} from '@claude-codex/contracts';
import { cutText } from '@claude-codex/contracts/text';
import { asking, GithubRefused } from '../api/faults.ts';
import type { Clients } from '../connections/clients.ts';
import { refusalOf } from './refusal.ts';

/** As many as one request gives; whoever has more searches. */
const PER_PAGE = 100;
/** A list of thousands is searched in what was pushed to last. */
const PAGES = 5;
const SHOWN = 50;

/** The part of GitHub's answers that is used here. */
interface Found {
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
  const { octokit } = await clients.of(credentialId);
  const wanted = text.trim().toLowerCase();
  const found: ForgeRepository[] = [];
  for (let page = 1; page <= PAGES; page += 1) {
    const sorted = { sort: 'pushed', direction: 'desc', per_page: PER_PAGE, page } as const;
    const { data } = await asking(octokit.rest.repos.listForAuthenticatedUser(sorted), Date.now());
    const fitting = data.filter(({ full_name: name }) => name.toLowerCase().includes(wanted));
    found.push(...fitting.map(viewOf).filter(({ slug }) => RepositorySlug.safeParse(slug).success));
    if (data.length < PER_PAGE) return listed(found, false);
    if (found.length > SHOWN) break;
  }
  return listed(found, true);
}

function listed(repositories: readonly ForgeRepository[], more: boolean): ForgeRepositoriesAnswer {
  return { repositories: repositories.slice(0, SHOWN), more: more || repositories.length > SHOWN };
}

export async function repositoryOf(
  clients: Clients,
  { credentialId, slug }: ForgeRepositoryRequest,
): Promise<ForgeRepositoryAnswer> {
  try {
    const { octokit } = await clients.of(credentialId);
    const [owner = '', repo = ''] = slug.split('/');
    const { data } = await asking(octokit.rest.repos.get({ owner, repo }), Date.now());
    const repository = viewOf(data);
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

function viewOf(found: Found): ForgeRepository {
  const { full_name: slug, private: isPrivate, archived = false, permissions, pushed_at: pushedAt = null } = found;
  return {
    slug,
    cloneUrl: found.clone_url ?? '',
    description: cutText(found.description ?? '', 300),
    defaultBranch: found.default_branch ?? '',
    private: isPrivate,
    archived,
    canPush: !archived && permissions?.push === true,
    // GitHub's time zone is Z, as ours is; ours has milliseconds.
    pushedAt: pushedAt === null ? null : new Date(pushedAt).toISOString(),
  };
}
