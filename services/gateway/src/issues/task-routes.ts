import { Id, type IssueStarted, IssuesStartedView, StartIssuesRequest } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import { type CommandContext, commandContext } from '../commands/commands.ts';
import type { ConsentCheck } from '../consent/consent-check.ts';
import type { Deps } from '../deps.ts';
import { type FromIssue, IssueHasTask, type WantedFromIssue } from './from-issue.ts';
import { issueSourceOf } from './issue-source.ts';

/** Tasks from many issues, each for itself: one that cannot be read holds no other up. */
export function addIssueTaskRoutes(
  app: HttpServer,
  { commands, store, mayStart, fromIssue }: Deps & { mayStart: ConsentCheck; fromIssue: FromIssue },
): void {
  app.post(
    '/api/repositories/:id/issues/tasks',
    {
      schema: {
        tags: ['issues'],
        operationId: 'startIssues',
        summary:
          'Creates a task from each issue and says of each what became of it; one with a task under way gets no second, unless `again`',
        params: z.object({ id: Id }),
        body: StartIssuesRequest,
        response: { 200: IssuesStartedView },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { id: repositoryId } = request.params;
      const { numbers, ...wanted } = request.body;
      await commands.own(principal, streamOf('repository', repositoryId), 'REPOSITORY_NOT_FOUND');
      // What holds for all of them is refused once, before any.
      await issueSourceOf(store, principal.workspaceId, repositoryId);
      if (wanted.execute) await mayStart(principal);
      const outcomes: IssueStarted[] = [];
      let last: number | null = null;
      for (const issue of numbers) {
        const context = commandContext(request, `issue-${issue}`);
        const { position, ...outcome } = await start(context, { ...wanted, repositoryId, issue });
        outcomes.push(outcome);
        last = position ?? last;
      }
      return { outcomes, position: last };
    },
  );

  async function start(
    context: CommandContext,
    wanted: WantedFromIssue,
  ): Promise<IssueStarted & { readonly position?: number }> {
    const { issue } = wanted;
    try {
      const { position, ...task } = await fromIssue.create(context, wanted);
      return { outcome: 'created', issue, task, position };
    } catch (error) {
      if (error instanceof IssueHasTask) return { outcome: 'has_task', issue, task: error.task };
      if (!(error instanceof Problem)) throw error;
      const { code, message: detail } = error;
      if (code === 'ISSUE_NOT_FOUND') return { outcome: 'not_found', issue, detail };
      return { outcome: 'refused', issue, code, detail };
    }
  }
}
