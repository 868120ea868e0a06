import { CommandAccepted } from '@claude-codex/contracts';
import { hasRole } from '@claude-codex/contracts/access';
import { streamOf } from '@claude-codex/contracts/ids';
import { workspaceDecider } from '@claude-codex/domain/workspace/decide';
import { formerMember, roleOf } from '@claude-codex/domain/workspace/state';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { z } from 'zod';
import type { Members } from '../access/members.ts';
import { principalOf } from '../access/principal.ts';
import { type Commands, commandContext } from '../commands/commands.ts';
import type { ApiTokens } from './api-tokens.ts';
import type { People } from './people.ts';
import type { Sessions } from './sessions.ts';

interface Parts {
  commands: Commands;
  members: Members;
  people: People;
  sessions: Sessions;
  tokens: ApiTokens;
}

/** Erasing what is known about a person: by themself, or by an owner of the workspace they are or were in. */
export function addEraseRoutes(app: HttpServer, { commands, members, people, sessions, tokens }: Parts): void {
  app.delete(
    '/api/members/:id/personal-data',
    {
      schema: {
        tags: ['members'],
        operationId: 'erasePersonalData',
        summary: 'Erases name, address, sign-ins and settings of a present or former member, for ever',
        params: z.object({ id: z.string().min(1).max(100) }),
        response: { 200: CommandAccepted },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { personId, workspaceId, role } = principalOf(request);
      const workspace = await members.workspace(workspaceId);
      if (workspace === null || (roleOf(workspace, id) ?? formerMember(workspace, id)) === undefined) {
        throw new Problem('MEMBER_UNKNOWN', { detail: 'There is and was no such member.' });
      }
      if (id !== personId && !hasRole(role, 'owner')) {
        throw new Problem('ROLE_REQUIRED', { detail: 'Only owners erase the personal data of somebody else.' });
      }
      if ((await people.workspacesOf(id)).some((other) => other !== workspaceId)) {
        throw new Problem('MEMBER_ELSEWHERE', {
          detail: 'This person belongs to another workspace too: remove them here instead.',
        });
      }
      // The event first: whatever breaks after it is made up for by the next start, or by asking again.
      const position = await commands.run(commandContext(request), {
        stream: streamOf('workspace', workspaceId),
        decider: workspaceDecider,
        command: { type: 'ForgetPerson', userId: id },
      });
      members.refresh(workspaceId);
      await people.erase([id]);
      // What was remembered of them for a moment; their rows went with the person.
      await Promise.all([sessions.revokeAll(id), tokens.revokeAll(id)]);
      return { id, position };
    },
  );
}
