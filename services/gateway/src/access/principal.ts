import type { Role, TokenScope } from '@claude-codex/contracts';
import { hasRole } from '@claude-codex/contracts/access';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { FastifyRequest } from 'fastify';

/** Who asks: a person, in one workspace, with the role they have there now. */
export interface Principal {
  readonly personId: string;
  readonly name: string;
  readonly email: string;
  readonly workspaceId: string;
  /** What they may do by this way in: by a token never more than its scope. */
  readonly role: Role;
  /** An owner of the workspace that the set-up made: may do what concerns every workspace. */
  readonly ownsInstallation: boolean;
  /** What proved it: the browser's session or an API token, by id. Either can be revoked while a stream is open. */
  readonly via:
    | { readonly kind: 'session'; readonly id: string }
    | { readonly kind: 'token'; readonly id: string; readonly scope: TokenScope };
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard on every route that is not public. */
    principal: Principal | null;
  }
}

/** The person behind a request to a guarded route. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw notAuthenticated();
  return request.principal;
}

export function notAuthenticated(): Problem {
  return new Problem('NOT_AUTHENTICATED', { detail: 'Log in, or send an API token as "Authorization: Bearer …".' });
}

/** The most a token of this scope lets its person do. `read` changes nothing at all, which the guard sees to. */
const MOST: Record<TokenScope, Role> = { read: 'viewer', write: 'editor', admin: 'owner' };

export function roleWithin(scope: TokenScope, role: Role): Role {
  return hasRole(role, MOST[scope]) ? MOST[scope] : role;
}

/** What somebody of this role may do by this way in: asked when they come, and again while they stay. */
export function roleBy(via: Principal['via'], role: Role): Role {
  return via.kind === 'token' ? roleWithin(via.scope, role) : role;
}
