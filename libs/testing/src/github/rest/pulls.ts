import { z } from 'zod';
import { closeIssue, editIssue, reopenIssue } from '../actions/issues.ts';
import { pullView } from '../actions/pull-view.ts';
import { changeBase, mayReopen, openPull } from '../actions/pulls.ts';
import { changedFiles, commitsOf } from '../git/history.ts';
import { created, ok, page } from '../http/answers.ts';
import { type RepositoryCall, type Route, repositoryRoute } from '../http/routes.ts';
import { notFound } from '../refusal.ts';
import { commitShape, fileShape } from '../shapes/commit.ts';
import { simplePull } from '../shapes/pull.ts';
import { isPull, type PullRequest, pullsOf } from '../state.ts';

const PULLS = { permission: 'pull_requests' } as const;

/** The pull request a path names. @throws {Refusal} 404 */
export function pullOf({ repository, params }: RepositoryCall): PullRequest {
  const issue = repository.issues.get(Number(params.pull_number));
  if (issue === undefined || !isPull(issue)) throw notFound();
  return issue;
}

const Create = z.object({
  title: z.string().min(1),
  head: z.string(),
  base: z.string(),
  body: z.string().nullish(),
  draft: z.boolean().optional(),
});
const Update = z.object({
  title: z.string().min(1).optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  base: z.string().optional(),
});

export const PULL_ROUTES: readonly Route[] = [
  repositoryRoute('pulls/list', 'GET', '/pulls', PULLS, (call) =>
    page(call, listed(call), (issue) => simplePull(call.world.at, call.repository, issue)),
  ),

  repositoryRoute('pulls/create', 'POST', '/pulls', { ...PULLS, body: Create }, async (call) => {
    const { world, repository, by, body } = call;
    return created(await pullView(world, repository, await openPull(world, repository, by, body), false));
  }),

  repositoryRoute('pulls/get', 'GET', '/pulls/{pull_number}', PULLS, async (call) =>
    ok(await pullView(call.world, call.repository, pullOf(call), true)),
  ),

  repositoryRoute('pulls/update', 'PATCH', '/pulls/{pull_number}', { ...PULLS, body: Update }, async (call) => {
    const { world, repository, by, body } = call;
    const issue = pullOf(call);
    if (body.base !== undefined) await changeBase(world, repository, issue, by, body.base);
    await editIssue(world, repository, issue, by, body);
    if (body.state === 'closed') await closeIssue(world, repository, issue, by);
    if (body.state === 'open' && issue.state.name === 'closed') {
      await mayReopen(repository, issue);
      await reopenIssue(world, repository, issue, by);
    }
    return ok(await pullView(world, repository, issue, false));
  }),

  repositoryRoute('pulls/list-files', 'GET', '/pulls/{pull_number}/files', PULLS, async (call) => {
    const { world, repository } = call;
    const { baseSha, headSha } = pullOf(call).pull;
    const files = await changedFiles(repository.directory, baseSha, headSha);
    return page(call, files, (file) => fileShape(world, repository, headSha, file));
  }),

  repositoryRoute('pulls/list-commits', 'GET', '/pulls/{pull_number}/commits', PULLS, async (call) => {
    const { world, repository } = call;
    const { baseSha, headSha } = pullOf(call).pull;
    const commits = await commitsOf(repository.directory, `${baseSha}..${headSha}`);
    return page(call, commits, (commit) => commitShape(world, repository, commit));
  }),
];

function listed({ url, repository }: RepositoryCall): PullRequest[] {
  const query = url.searchParams;
  const [state, head, base] = [query.get('state') ?? 'open', query.get('head'), query.get('base')];
  const owner = repository.owner.login;
  const found = pullsOf(repository).filter(
    (issue) =>
      (state === 'all' || issue.state.name === state) &&
      // GitHub does not look at a head without its owner.
      (head?.includes(':') !== true || head === `${owner}:${issue.pull.head}`) &&
      (base === null || base === issue.pull.base),
  );
  const key = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const ascending = found.sort((a, b) => a[key].getTime() - b[key].getTime() || a.number - b.number);
  // The newest first when the order is that of creation, as the description says.
  const direction = query.get('direction') ?? (query.get('sort') === 'updated' ? 'asc' : 'desc');
  return direction === 'asc' ? ascending : ascending.reverse();
}
