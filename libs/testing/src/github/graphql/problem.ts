import { GraphQLError } from 'graphql';

/** One of GitHub's answers that say no, with its word for the kind of it, which stands beside the message. */
export function graphqlProblem(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

export function notFoundNode(id: string): GraphQLError {
  return graphqlProblem('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}
