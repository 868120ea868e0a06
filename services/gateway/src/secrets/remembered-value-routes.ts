import { Id, RememberedValuesView } from '@claude-codex/contracts';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import type { People } from '../accounts/people.ts';
import type { RememberedValues } from './remembered-values.ts';

const tags = ['secrets'];

/** The remembered values of a workspace: what there is, who gave it, which tasks used it. Any of them can be taken back. */
export function addRememberedValueRoutes(
  app: HttpServer,
  { remembered, people }: { remembered: RememberedValues; people: Pick<People, 'named'> },
): void {
  app.get(
    '/api/secrets',
    {
      schema: {
        tags,
        operationId: 'listRememberedValues',
        summary: 'Values people let the server remember, without the values themselves',
        response: { 200: RememberedValuesView },
      },
    },
    async (request) => {
      const values = await remembered.list(principalOf(request).workspaceId);
      const names = await people.named([...new Set(values.map(({ givenBy }) => givenBy))]);
      return {
        values: values.map((value) => ({ ...value, givenBy: names.get(value.givenBy)?.name ?? 'Former member' })),
      };
    },
  );

  app.delete(
    '/api/secrets/:id',
    {
      schema: {
        tags,
        operationId: 'revokeRememberedValue',
        summary: 'Forgets a value: whoever needs it next asks for it again',
        params: z.object({ id: Id }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { workspaceId, personId } = principalOf(request);
      const { id } = request.params;
      if (!(await remembered.revoke(workspaceId, id))) {
        throw new Problem('NOT_FOUND', { detail: 'There is no such remembered value.' });
      }
      request.log.info({ secretId: id, personId }, 'a remembered value was forgotten');
      return reply.code(204).send(null);
    },
  );
}
