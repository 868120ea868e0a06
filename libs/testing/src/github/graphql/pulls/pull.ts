import { threadsIn } from '../../actions/review-threads.ts';
import { nodeId } from '../../shapes/common.ts';
import { pullPage } from '../../shapes/pull.ts';
import type { PullRequest, Repository } from '../../state.ts';
import { connection, type Window } from '../connection.ts';
import type { Asker } from '../reach.ts';
import { reviewThreadNode } from './review-thread.ts';

export function pullNode(asker: Asker, repository: Repository, issue: PullRequest) {
  const { number, title, pull } = issue;
  return {
    id: nodeId('PullRequest', pull.id),
    ...{ number, title, headRefName: pull.head, baseRefName: pull.base, headRefOid: pull.headSha },
    url: pullPage(asker.world.at, repository, issue),
    reviewThreads: (window: Window) =>
      connection('reviewThreads', threadsIn(issue, asker.actor.token.account), window, (thread) =>
        reviewThreadNode(asker, repository, issue, thread),
      ),
  };
}
