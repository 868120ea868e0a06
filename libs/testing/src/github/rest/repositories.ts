import { isSelected, roleOf, roleOfActor } from '../access.ts';
import { deleteBranch } from '../actions/pushes.ts';
import { branchSha, refsOf } from '../git/bare-repository.ts';
import { commitsOf } from '../git/history.ts';
import { NO_CONTENT, ok, page } from '../http/answers.ts';
import { type RepositoryCall, type Route, repositoryRoute, tokenRoute } from '../http/routes.ts';
import { notFound, Refusal } from '../refusal.ts';
import { commitShape } from '../shapes/commit.ts';
import { nodeId, repositoryPage, repositoryUrl } from '../shapes/common.ts';
import { fullRepository, permissionsOf, repositoryShape } from '../shapes/repository.ts';
import { collaboratorPermission } from '../shapes/user.ts';
import { accountOf } from '../world.ts';

export const REPOSITORY_ROUTES: readonly Route[] = [
  tokenRoute('repos/list-for-authenticated-user', 'GET', '/user/repos', (call) => {
    const { world, token } = call;
    const mine = [...world.repositories.values()].filter(
      (repository) =>
        isSelected(token, repository) &&
        (repository.owner.login === token.account.login || repository.collaborators.has(token.account.login)),
    );
    return page(call, mine, (repository) => ({
      ...repositoryShape(world.at, repository),
      permissions: permissionsOf(roleOf(repository, token.account) ?? 'read'),
    }));
  }),

  repositoryRoute('repos/get', 'GET', '', { permission: 'metadata' }, ({ world, repository, actor }) =>
    ok(fullRepository(world.at, repository, roleOfActor(repository, actor) ?? 'read')),
  ),

  repositoryRoute('repos/list-branches', 'GET', '/branches', { permission: 'contents' }, async (call) => {
    const { repository } = call;
    const refs = [...(await refsOf(repository.directory))].filter(([ref]) => ref.startsWith('refs/heads/'));
    return page(call, refs, ([ref, sha]) => {
      const name = ref.slice('refs/heads/'.length);
      return { name, ...protection(call, name), commit: { sha, url: commitUrl(call, sha) } };
    });
  }),

  repositoryRoute('repos/get-branch', 'GET', '/branches/{branch}', { permission: 'contents' }, async (call) => {
    const { world, repository, params } = call;
    const name = params.branch ?? '';
    const sha = await branchSha(repository.directory, name);
    if (sha === null) throw new Refusal(404, 'Branch not found');
    const [commit] = await commitsOf(repository.directory, sha);
    if (commit === undefined) throw notFound();
    return ok({
      name,
      commit: commitShape(world, repository, commit),
      _links: {
        self: `${repositoryUrl(world.at, repository)}/branches/${name}`,
        html: `${repositoryPage(world.at, repository)}/tree/${name}`,
      },
      ...protection(call, name),
    });
  }),

  repositoryRoute('git/get-ref', 'GET', '/git/ref/{ref}', { permission: 'contents' }, async (call) => {
    const { repository, params } = call;
    const ref = `refs/${params.ref}`;
    const sha = (await refsOf(repository.directory)).get(ref);
    if (sha === undefined) throw notFound();
    const root = repositoryUrl(call.world.at, repository);
    return ok({
      ref,
      node_id: nodeId(`Ref:${ref}`, repository.id),
      url: `${root}/git/${ref}`,
      object: { type: 'commit', sha, url: `${root}/git/commits/${sha}` },
    });
  }),

  repositoryRoute(
    'git/delete-ref',
    'DELETE',
    '/git/refs/{ref}',
    { permission: 'contents', role: 'write' },
    async ({ world, repository, by, params }) => {
      const branch = /^heads\/(.+)$/.exec(params.ref ?? '')?.[1] ?? '';
      if (!(await deleteBranch(world, repository, by, branch))) throw new Refusal(422, 'Reference does not exist');
      return NO_CONTENT;
    },
  ),

  repositoryRoute(
    'repos/get-collaborator-permission-level',
    'GET',
    '/collaborators/{username}/permission',
    { permission: 'metadata' },
    ({ world, repository, params }) => {
      const login = params.username ?? '';
      if (!world.accounts.has(login.toLowerCase())) throw notFound();
      const account = accountOf(world, login);
      const role = roleOf(repository, account);
      return ok(collaboratorPermission(world.at, account, role));
    },
  ),
];

function protection({ world, repository }: RepositoryCall, branch: string) {
  const rules = repository.protections.get(branch);
  const contexts = [...(rules?.checks ?? [])];
  const enforcement_level = rules === undefined ? 'off' : 'non_admins';
  return {
    protected: rules !== undefined,
    protection: {
      enabled: rules !== undefined,
      required_status_checks: {
        enforcement_level,
        contexts,
        checks: contexts.map((context) => ({ context, app_id: null })),
      },
    },
    protection_url: `${repositoryUrl(world.at, repository)}/branches/${branch}/protection`,
  };
}

function commitUrl({ world, repository }: RepositoryCall, sha: string): string {
  return `${repositoryUrl(world.at, repository)}/commits/${sha}`;
}
