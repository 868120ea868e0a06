import { z } from 'zod';
import { closeIssue, editIssue, openIssue, reopenIssue, setLabels } from '../actions/issues.ts';
import { mayReopen } from '../actions/pulls.ts';
import { created, ok, page } from '../http/answers.ts';
import { type RepositoryCall, type Route, repositoryRoute } from '../http/routes.ts';
import { notFound } from '../refusal.ts';
import { issueShape, labelShape } from '../shapes/issue.ts';
import { type Issue, isPull } from '../state.ts';
import { accountOf } from '../world.ts';

/** A pull request is an issue, so either permission does. */
export const ISSUES = { permission: ['issues', 'pull_requests'] } as const;

/** The issue or pull request a path names. @throws {Refusal} 404 */
export function issueOf({ repository, params }: RepositoryCall): Issue {
  const issue = repository.issues.get(Number(params.issue_number));
  if (issue === undefined) throw notFound();
  return issue;
}

const LabelNames = z
  .array(z.union([z.string(), z.object({ name: z.string() })]))
  .transform((labels) => labels.map((label) => (typeof label === 'string' ? label : label.name)));
const Create = z.object({
  title: z.union([z.string().min(1), z.number()]).transform(String),
  body: z.string().nullish(),
  labels: LabelNames.optional(),
  assignees: z.array(z.string()).optional(),
});
const Update = z.object({
  title: z.union([z.string(), z.number()]).transform(String).optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  state_reason: z.enum(['completed', 'not_planned', 'duplicate', 'reopened']).nullish(),
  labels: LabelNames.optional(),
  assignees: z.array(z.string()).optional(),
});

export const ISSUE_ROUTES: readonly Route[] = [
  repositoryRoute('issues/list-for-repo', 'GET', '/issues', ISSUES, (call) =>
    page(call, listed(call), (issue) => issueShape(call.world.at, call.repository, issue)),
  ),

  repositoryRoute('issues/create', 'POST', '/issues', { permission: 'issues', body: Create }, async (call) => {
    const { world, repository, by, body } = call;
    const assignees = body.assignees?.map((login) => accountOf(world, login));
    const issue = await openIssue(world, repository, by, { ...body, assignees });
    return created(issueShape(world.at, repository, issue));
  }),

  repositoryRoute('issues/get', 'GET', '/issues/{issue_number}', ISSUES, (call) =>
    ok(issueShape(call.world.at, call.repository, issueOf(call))),
  ),

  repositoryRoute('issues/update', 'PATCH', '/issues/{issue_number}', { ...ISSUES, body: Update }, async (call) => {
    const { world, repository, by, body } = call;
    const issue = issueOf(call);
    await editIssue(world, repository, issue, by, body);
    if (body.labels !== undefined) await setLabels(world, repository, issue, by, body.labels);
    if (body.assignees !== undefined) issue.assignees = body.assignees.map((login) => accountOf(world, login));
    const reason = body.state_reason === 'reopened' ? undefined : (body.state_reason ?? undefined);
    if (body.state === 'closed') await closeIssue(world, repository, issue, by, reason);
    if (body.state === 'open' && issue.state.name === 'closed') {
      if (isPull(issue)) await mayReopen(repository, issue);
      await reopenIssue(world, repository, issue, by);
    }
    return ok(issueShape(world.at, repository, issue));
  }),

  repositoryRoute('issues/list-labels-on-issue', 'GET', '/issues/{issue_number}/labels', ISSUES, (call) =>
    page(call, issueOf(call).labels, (label) => labelShape(call.world.at, call.repository, label)),
  ),

  repositoryRoute(
    'issues/add-labels',
    'POST',
    '/issues/{issue_number}/labels',
    { ...ISSUES, role: 'triage', body: z.object({ labels: LabelNames }) },
    (call) => labelled(call, [...issueOf(call).labels.map(({ name }) => name), ...call.body.labels]),
  ),

  repositoryRoute(
    'issues/set-labels',
    'PUT',
    '/issues/{issue_number}/labels',
    { ...ISSUES, role: 'triage', body: z.object({ labels: LabelNames }) },
    (call) => labelled(call, call.body.labels),
  ),

  repositoryRoute(
    'issues/remove-label',
    'DELETE',
    '/issues/{issue_number}/labels/{name}',
    { ...ISSUES, role: 'triage' },
    (call) => {
      const names = issueOf(call).labels.map(({ name }) => name);
      if (!names.includes(call.params.name ?? '')) throw notFound();
      return labelled(
        call,
        names.filter((name) => name !== call.params.name),
      );
    },
  ),
];

async function labelled(call: RepositoryCall, names: readonly string[]) {
  const { world, repository, by } = call;
  const issue = issueOf(call);
  await setLabels(world, repository, issue, by, names);
  return ok(issue.labels.map((label) => labelShape(world.at, repository, label)));
}

function listed({ url, repository }: RepositoryCall): Issue[] {
  const query = url.searchParams;
  const [state, labels] = [query.get('state') ?? 'open', query.get('labels')?.split(',') ?? []];
  const [since, creator] = [query.get('since'), query.get('creator')];
  const found = [...repository.issues.values()].filter(
    (issue) =>
      (state === 'all' || issue.state.name === state) &&
      labels.every((wanted) => issue.labels.some(({ name }) => name === wanted)) &&
      (creator === null || issue.author.login === creator) &&
      // Answers tell whole seconds, so a change within the second that somebody knows has to be found.
      (since === null || Math.ceil(issue.updatedAt.getTime() / 1000) * 1000 >= Date.parse(since)),
  );
  const key = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const ascending = found.sort((a, b) => a[key].getTime() - b[key].getTime() || a.number - b.number);
  return query.get('direction') === 'asc' ? ascending : ascending.reverse();
}
