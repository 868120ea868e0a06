import { type Actor, isPermitted, roleOfActor } from '../access.ts';
import type { Level, Repository } from '../state.ts';
import type { World } from '../world.ts';
import { graphqlProblem } from './problem.ts';

/** Who asks, and of what. */
export interface Asker {
  readonly world: World;
  readonly actor: Extract<Actor, { kind: 'token' }>;
}

/** Null: it is not there for whoever asks. */
export function visibleRepository({ world, actor }: Asker, owner: string, name: string): Repository | null {
  const repository = world.repositories.get(`${owner}/${name}`.toLowerCase());
  return repository === undefined || roleOfActor(repository, actor) === null ? null : repository;
}

/** @throws GitHub's no, when the token lacks one of these permissions on the repository */
export function requirePermissions(
  { actor: { token } }: Asker,
  repository: Repository,
  permissions: readonly string[],
  level: Level,
): void {
  if (permissions.every((name) => isPermitted(token, repository, [name], level))) return;
  const who = token.installation === null ? 'personal access token' : 'integration';
  throw graphqlProblem('FORBIDDEN', `Resource not accessible by ${who}`);
}
