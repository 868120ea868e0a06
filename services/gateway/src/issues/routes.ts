import { Id, IssueDetailView, IssueNumber, IssuesView, ListIssuesQuery } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import type { Deps } from '../deps.ts';
import { createAskForge } from '../forge-connections/ask-forge.ts';
import { issueSourceOf } from './issue-source.ts';
import { tasksFromIssues } from './tasks-from-issues.ts';

const tags = ['issues'];
const params = z.object({ id: Id });

/** Issues of a repository as they are at its forge now. Nothing of them is kept here. */
export function addIssueRoutes(app: HttpServer, { commands, store, bus, pool }: Deps): void {
  const forge = createAskForge(bus);

  async function sourceFor(request: FastifyRequest, repositoryId: string) {
    const principal = principalOf(request);
    await commands.own(principal, streamOf('repository', repositoryId), 'REPOSITORY_NOT_FOUND');
    return issueSourceOf(store, principal.workspaceId, repositoryId);
  }

  app.get(
    '/api/repositories/:id/issues',
    {
      schema: {
        tags,
        operationId: 'listIssues',
        summary:
          'Issues of a repository at its forge, the last changed first; `text` looks in titles, `labels` are separated by commas',
        params,
        querystring: ListIssuesQuery,
        response: { 200: IssuesView },
      },
    },
    async (request) => {
      const { provider, ...at } = await sourceFor(request, request.params.id);
      const page = await forge.issues(provider, { ...at, ...request.query });
      const tasks = await tasksFromIssues(pool, principalOf(request).workspaceId, page.issues);
      const issues = page.issues.map((issue) => ({ ...issue, task: tasks.get(issue.url) ?? null }));
      return { issues, nextPage: page.nextPage };
    },
  );

  app.get(
    '/api/repositories/:id/issues/:number',
    {
      schema: {
        tags,
        operationId: 'getIssue',
        summary: 'One issue with its newest comments, and who of those who wrote them may push to the repository',
        params: params.extend({ number: z.coerce.number().pipe(IssueNumber) }),
        response: { 200: IssueDetailView },
      },
    },
    async (request) => {
      const { id, number } = request.params;
      const { provider, ...at } = await sourceFor(request, id);
      const issue = await forge.issue(provider, { ...at, number });
      const tasks = await tasksFromIssues(pool, principalOf(request).workspaceId, [issue]);
      return { ...issue, task: tasks.get(issue.url) ?? null };
    },
  );
}
