import type { Account, Role } from '../state.ts';
import type { Addresses } from '../world.ts';
import { type Schemas, simpleUser } from './common.ts';
import { permissionsOf } from './repository.ts';

const SINCE = '2026-01-01T00:00:00Z';

/** What an account sees of itself. */
export function privateUser(at: Addresses, account: Account): Schemas['private-user'] {
  return {
    ...simpleUser(at, account),
    name: account.login,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: SINCE,
    updated_at: SINCE,
    private_gists: 0,
    total_private_repos: 0,
    owned_private_repos: 0,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: true,
  };
}

/** The older four words for a role, which `permission` has. */
const PERMISSION = { read: 'read', triage: 'read', write: 'write', maintain: 'write', admin: 'admin' } as const;

export function collaboratorPermission(
  at: Addresses,
  account: Account,
  role: Role | null,
): Schemas['repository-collaborator-permission'] {
  const role_name = role ?? 'none';
  const none = { admin: false, maintain: false, push: false, triage: false, pull: false };
  const permissions = role === null ? none : permissionsOf(role);
  return {
    permission: role === null ? 'none' : PERMISSION[role],
    role_name,
    user: { ...simpleUser(at, account), role_name, permissions },
  };
}
