import { Problem } from '@claude-codex/service-kit/http/problem';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Members } from '../access/members.ts';
import type { Principal } from '../access/principal.ts';
import type { ApiTokens } from './api-tokens.ts';
import type { People } from './people.ts';
import type { Sessions } from './sessions.ts';

/** Who sent this request; null when nobody logged in did. Throws TOKEN_INVALID for a token that is none of ours. */
export type Identify = (request: FastifyRequest, reply?: FastifyReply) => Promise<Principal | null>;

interface Parts {
  sessions: Sessions;
  tokens: ApiTokens;
  people: People;
  members: Members;
}

const BEARER = /^Bearer +(\S+)$/i;

/** A token beats a cookie: a program that sends one means it. */
export function createIdentify({ sessions, tokens, people, members }: Parts): Identify {
  async function byToken(authorization: string): Promise<Principal> {
    const token = BEARER.exec(authorization)?.[1];
    const found = token === undefined ? null : await tokens.find(token);
    const role = found === null ? null : await members.roleOf(found.workspaceId, found.personId);
    if (found === null || role === null) {
      throw new Problem('TOKEN_INVALID', { detail: 'This API token is unknown, revoked or expired.' });
    }
    const { personId, name, email, workspaceId, tokenId } = found;
    return { personId, name, email, workspaceId, role, via: { kind: 'token', id: tokenId } };
  }

  async function bySession(request: FastifyRequest, reply?: FastifyReply): Promise<Principal | null> {
    const session = await sessions.find(request.headers.cookie);
    if (session === null) return null;
    if (session.renewed.length > 0) reply?.header('set-cookie', session.renewed);
    const { sessionId, personId, name, email } = session;
    for (const workspaceId of await people.workspacesOf(personId)) {
      const role = await members.roleOf(workspaceId, personId);
      if (role !== null) return { personId, name, email, workspaceId, role, via: { kind: 'session', id: sessionId } };
    }
    throw new Problem('ROLE_REQUIRED', { detail: 'You are not a member of a workspace here any more.' });
  }

  return async (request, reply) => {
    const { authorization } = request.headers;
    return authorization === undefined ? bySession(request, reply) : byToken(authorization);
  };
}
