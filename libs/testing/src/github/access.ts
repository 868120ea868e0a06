import type { Account, Level, Repository, Role } from './state.ts';
import type { App, Token } from './world.ts';

export type Actor =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'token'; readonly token: Token }
  | { readonly kind: 'app'; readonly app: App };

const ROLES: readonly Role[] = ['read', 'triage', 'write', 'maintain', 'admin'];
const LEVELS: readonly Level[] = ['read', 'write', 'admin'];

export function isAtLeast(role: Role | null, needed: Role): boolean {
  return role !== null && ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** What an account may do by itself; null: the repository is not there for it. */
export function roleOf(repository: Repository, account: Account): Role | null {
  if (account.login === repository.owner.login) return 'admin';
  return repository.collaborators.get(account.login) ?? (repository.private ? null : 'read');
}

/** What whoever asks may do at most: an app is bound by its permissions alone. */
export function roleOfActor(repository: Repository, actor: Actor): Role | null {
  const open = repository.private ? null : 'read';
  if (actor.kind !== 'token') return open;
  if (!isSelected(actor.token, repository)) return open;
  return actor.token.installation === null ? roleOf(repository, actor.token.account) : 'admin';
}

export function isSelected(token: Token, repository: Repository): boolean {
  if (token.repositories !== 'all') return token.repositories.has(repository.fullName);
  return token.installation === null || token.installation.account.login === repository.owner.login;
}

/** Whether a token has one of the permissions on a repository; reading what is public needs none. */
export function isPermitted(token: Token, repository: Repository, oneOf: readonly string[], level: Level): boolean {
  if (level === 'read' && (!repository.private || oneOf.includes('metadata'))) return true;
  if (!isSelected(token, repository)) return false;
  const { permissions } = token;
  if (permissions === 'all') return true;
  return oneOf.some((name) => {
    const has = permissions[name];
    return has !== undefined && LEVELS.indexOf(has) >= LEVELS.indexOf(level);
  });
}
