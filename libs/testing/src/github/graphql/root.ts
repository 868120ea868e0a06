import { isPull } from '../state.ts';
import { graphqlProblem } from './problem.ts';
import { pullNode } from './pulls/pull.ts';
import { reviewThreadMutations } from './pulls/settle.ts';
import { type Asker, requirePermissions, visibleRepository } from './reach.ts';

/** What is played of `Query` and `Mutation`: one folder for each part of GitHub it is about. */
export function rootOf(asker: Asker) {
  return {
    viewer: { __typename: 'User', login: asker.actor.token.account.login },
    repository: ({ owner, name }: { owner: string; name: string }) => repositoryNode(asker, owner, name),
    ...reviewThreadMutations(asker),
  };
}

function repositoryNode(asker: Asker, owner: string, name: string) {
  const repository = visibleRepository(asker, owner, name);
  if (repository === null) {
    throw graphqlProblem('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
  }
  return {
    nameWithOwner: repository.fullName,
    pullRequest({ number }: { number: number }) {
      requirePermissions(asker, repository, ['pull_requests'], 'read');
      const issue = repository.issues.get(number);
      if (issue === undefined || !isPull(issue)) {
        throw graphqlProblem('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${number}.`);
      }
      return pullNode(asker, repository, issue);
    },
  };
}
