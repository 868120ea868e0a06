import type { Route } from '../http/routes.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import { appRoutes } from './apps.ts';
import { BRANCH_RULES_ROUTES } from './branch-rules.ts';
import { CHECK_ROUTES } from './checks.ts';
import { hookRoutes } from './hooks.ts';
import { ISSUE_COMMENT_ROUTES } from './issue-comments.ts';
import { DEPENDENCY_ROUTES } from './issue-dependencies.ts';
import { ISSUE_ROUTES } from './issues.ts';
import { MERGE_ROUTES } from './merges.ts';
import { PULL_ROUTES } from './pulls.ts';
import { REPOSITORY_ROUTES } from './repositories.ts';
import { REVIEW_COMMENT_ROUTES } from './review-comments.ts';
import { REVIEW_ROUTES } from './reviews.ts';
import { USER_ROUTES } from './users.ts';

/** Everything that is answered; whatever else is asked for is not there. */
export function apiRoutes(webhooks: Webhooks): readonly Route[] {
  return [
    ...USER_ROUTES,
    ...REPOSITORY_ROUTES,
    ...BRANCH_RULES_ROUTES,
    ...PULL_ROUTES,
    ...MERGE_ROUTES,
    ...REVIEW_ROUTES,
    ...REVIEW_COMMENT_ROUTES,
    // First: `comments` is no number of an issue.
    ...ISSUE_COMMENT_ROUTES,
    ...ISSUE_ROUTES,
    ...DEPENDENCY_ROUTES,
    ...CHECK_ROUTES,
    ...hookRoutes(webhooks),
    ...appRoutes(webhooks),
  ];
}
