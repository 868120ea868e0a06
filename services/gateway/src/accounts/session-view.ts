import { type RuntimeInfo, SessionView } from '@claude-codex/contracts';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Members } from '../access/members.ts';
import type { Principal } from '../access/principal.ts';
import type { Positions } from '../reads/positions.ts';
import type { About } from './about.ts';
import type { Identify } from './identify.ts';
import type { People } from './people.ts';
import type { Setup } from './setup.ts';

interface Parts {
  about: About;
  runtime: () => Promise<RuntimeInfo | null>;
  identify: Identify;
  setup: Setup;
  people: People;
  members: Members;
  positions: Positions;
}

/** `GET /api/session`: the first request of every page, logged in or not. */
export function addSessionView(app: HttpServer, parts: Parts): void {
  const { about, runtime, identify, setup, people, members, positions } = parts;

  async function workspaceOf(principal: Principal) {
    const workspace = await members.workspace(principal.workspaceId);
    const roles = workspace?.members ?? {};
    const names = await people.named(Object.keys(roles));
    const list = Object.entries(roles).map(([id, role]) => ({
      id,
      role,
      name: names.get(id)?.name ?? 'Former member',
    }));
    return { workspace: { id: principal.workspaceId, name: workspace?.name ?? '' }, members: list };
  }

  app.get(
    '/api/session',
    {
      schema: {
        tags: ['accounts'],
        operationId: 'getSession',
        summary: 'Who is asking, and what a page needs before anything else',
        response: { 200: SessionView },
      },
    },
    async (request, reply) => {
      const principal = await identifyOrNobody(identify, request, reply);
      const [setupNeeded, runtimeInfo, place] = await Promise.all([
        setup.needed(),
        runtime(),
        principal === null ? { workspace: null, members: [] } : workspaceOf(principal),
      ]);
      const { model, version, standalone, project } = about;
      const server = {
        version,
        standalone,
        epoch: positions.current().epoch,
        project: principal === null ? null : project,
      };
      reply.header('cache-control', 'no-store');
      // Everybody is answered here, so without what an agent could read.
      const shown = runtimeInfo && { name: runtimeInfo.name, label: runtimeInfo.label, isolated: runtimeInfo.isolated };
      return { setupNeeded, person: personOf(principal), ...place, model, runtime: shown, server };
    },
  );
}

/** A page must learn that it is logged out; an invalid token or a lost membership reads the same here. */
async function identifyOrNobody(identify: Identify, request: FastifyRequest, reply: FastifyReply) {
  try {
    return await identify(request, reply);
  } catch (error) {
    if (error instanceof Problem && (error.code === 'TOKEN_INVALID' || error.code === 'ROLE_REQUIRED')) return null;
    throw error;
  }
}

function personOf(principal: Principal | null): SessionView['person'] {
  if (principal === null) return null;
  const { personId, name, email, role, ownsInstallation } = principal;
  return { id: personId, name, email, role, ownsInstallation };
}
