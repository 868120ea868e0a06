import { hasRole } from '@claude-codex/contracts/access';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Members } from '../access/members.ts';
import { type Principal, roleBy } from '../access/principal.ts';
import type { ApiTokens, TokenOwner } from './api-tokens.ts';
import type { GuessLimit } from './guess-limit.ts';
import type { People } from './people.ts';
import type { Sessions } from './sessions.ts';
import type { Setup } from './setup.ts';

/** Who sent this request; null when nobody logged in did. Throws TOKEN_INVALID for a token that is none of ours. */
export type Identify = (request: FastifyRequest, reply?: FastifyReply) => Promise<Principal | null>;

interface Parts {
  sessions: Sessions;
  tokens: ApiTokens;
  people: People;
  members: Members;
  setup: Pick<Setup, 'isFirstWorkspace'>;
  limit: GuessLimit;
}

const BEARER = /^Bearer +(\S+)$/i;

/** A token beats a cookie: a program that sends one means it. */
export function createIdentify({ sessions, tokens, people, members, setup, limit }: Parts): Identify {
  async function byToken(authorization: string, address: string): Promise<Principal> {
    const token = BEARER.exec(authorization)?.[1];
    const found = token === undefined ? null : await tokenOwner(token, address);
    const own = found === null ? null : await members.roleOf(found.workspaceId, found.personId);
    if (found === null || own === null) throw tokenInvalid();
    const { personId, name, email, workspaceId, tokenId, scope } = found;
    const via = { kind: 'token' as const, id: tokenId, scope };
    const role = roleBy(via, own);
    const ownsInstallation = await isInstallationsOwner(workspaceId, role);
    return { personId, name, email, workspaceId, role, ownsInstallation, via };
  }

  /** Only a token nobody has seen yet is a guess: one program with an old token must not stop the others beside it. */
  async function tokenOwner(token: string, address: string): Promise<TokenOwner | null> {
    if (tokens.isKnown(token)) return tokens.find(token);
    return limit.guess({ account: null, address, device: null, of: 'token' as const }, async () => {
      const found = await tokens.find(token);
      if (found === null) throw tokenInvalid();
      return found;
    });
  }

  async function isInstallationsOwner(workspaceId: string, role: Principal['role']): Promise<boolean> {
    return hasRole(role, 'owner') && (await setup.isFirstWorkspace(workspaceId));
  }

  async function bySession(request: FastifyRequest, reply?: FastifyReply): Promise<Principal | null> {
    const session = await sessions.find(request.headers.cookie);
    if (session === null) return null;
    if (session.renewed.length > 0) reply?.header('set-cookie', session.renewed);
    const { sessionId, personId, name, email } = session;
    for (const workspaceId of await people.workspacesOf(personId)) {
      const role = await members.roleOf(workspaceId, personId);
      if (role === null) continue;
      const ownsInstallation = await isInstallationsOwner(workspaceId, role);
      return { personId, name, email, workspaceId, role, ownsInstallation, via: { kind: 'session', id: sessionId } };
    }
    throw new Problem('ROLE_REQUIRED', { detail: 'You are not a member of a workspace here any more.' });
  }

  return async (request, reply) => {
    const { authorization } = request.headers;
    return authorization === undefined ? bySession(request, reply) : byToken(authorization, request.ip);
  };
}

function tokenInvalid(): Problem {
  return new Problem('TOKEN_INVALID', { detail: 'This API token is unknown, revoked or expired.' });
}
