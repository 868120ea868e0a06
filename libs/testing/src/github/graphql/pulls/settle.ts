import { isAtLeast, roleOf } from '../../access.ts';
import { type ReviewThread, settleThread, threadNodeId, threadsIn } from '../../actions/review-threads.ts';
import { type PullRequest, pullsOf, type Repository } from '../../state.ts';
import { inTurn } from '../../world.ts';
import { graphqlProblem, notFoundNode } from '../problem.ts';
import { type Asker, requirePermissions, visibleRepository } from '../reach.ts';
import { reviewThreadNode } from './review-thread.ts';

/** GitHub wants both of a token: https://github.com/orgs/community/discussions/44650 */
const NEEDED = ['pull_requests', 'contents'];

interface Asked {
  readonly input: { readonly threadId: string; readonly clientMutationId?: string | null };
}

/** `resolveReviewThread` and `unresolveReviewThread`. What is so already is no mistake, and nobody is told of it. */
export function reviewThreadMutations(asker: Asker) {
  const settle =
    (isResolved: boolean) =>
    ({ input: { threadId, clientMutationId = null } }: Asked) => {
      const found = threadOf(asker, threadId);
      const { repository, issue, thread } = found;
      requirePermissions(asker, repository, NEEDED, 'write');
      const { account, installation } = asker.actor.token;
      const isOwn = issue.author === account;
      if (installation === null && !isOwn && !isAtLeast(roleOf(repository, account), 'write')) {
        throw graphqlProblem('FORBIDDEN', `${account.login} does not have permission to resolve this thread.`);
      }
      return inTurn(repository, async () => {
        await settleThread(asker.world, repository, issue, thread, account, isResolved);
        return { clientMutationId, thread: reviewThreadNode(asker, repository, issue, thread) };
      });
    };
  return { resolveReviewThread: settle(true), unresolveReviewThread: settle(false) };
}

interface Found {
  readonly repository: Repository;
  readonly issue: PullRequest;
  readonly thread: ReviewThread;
}

function threadOf(asker: Asker, id: string): Found {
  for (const repository of asker.world.repositories.values()) {
    if (visibleRepository(asker, repository.owner.login, repository.name) === null) continue;
    for (const issue of pullsOf(repository)) {
      const thread = threadsIn(issue, asker.actor.token.account).find(({ first }) => threadNodeId(first) === id);
      if (thread !== undefined) return { repository, issue, thread };
    }
  }
  throw notFoundNode(id);
}
