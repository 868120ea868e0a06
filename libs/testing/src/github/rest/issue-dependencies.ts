import { z } from 'zod';
import { created, page } from '../http/answers.ts';
import { type Route, repositoryRoute } from '../http/routes.ts';
import { notFound, Refusal } from '../refusal.ts';
import { issueShape } from '../shapes/issue.ts';
import { issueOf } from './issues.ts';

const PATH = '/issues/{issue_number}/dependencies/blocked_by';

/** What has to be done before an issue. */
export const DEPENDENCY_ROUTES: readonly Route[] = [
  repositoryRoute('issues/list-dependencies-blocked-by', 'GET', PATH, { permission: 'issues' }, (call) => {
    const { world, repository } = call;
    const before = [...issueOf(call).blockedBy].flatMap((number) => repository.issues.get(number) ?? []);
    return page(call, before, (issue) => issueShape(world.at, repository, issue));
  }),

  repositoryRoute(
    'issues/add-blocked-by-dependency',
    'POST',
    PATH,
    { permission: 'issues', role: 'triage', body: z.object({ issue_id: z.number() }) },
    (call) => {
      const { world, repository, body } = call;
      const issue = issueOf(call);
      const before = [...repository.issues.values()].find(({ id }) => id === body.issue_id);
      if (before === undefined) throw notFound();
      if (issue.blockedBy.has(before.number)) throw new Refusal(422, 'Target issue has already been taken');
      issue.blockedBy.add(before.number);
      return created(issueShape(world.at, repository, issue));
    },
  ),
];
