import { AnswerQuestionRequest, CommandAccepted, Id } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { questionDecider } from '@claude-codex/domain/question/decide';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import { commandContext } from '../commands/commands.ts';
import type { Deps } from '../deps.ts';

/** `POST /api/questions/:id/answer`. */
export function addQuestionRoutes(app: HttpServer, { commands }: Deps): void {
  app.post(
    '/api/questions/:id/answer',
    {
      schema: {
        tags: ['questions'],
        operationId: 'answerQuestion',
        params: z.object({ id: Id }),
        body: AnswerQuestionRequest,
        response: { 200: CommandAccepted },
      },
    },
    async (request) => {
      const { id } = request.params;
      const stream = streamOf('question', id);
      await commands.own(principalOf(request), stream, 'QUESTION_NOT_FOUND');
      const command = { type: 'AnswerQuestion' as const, answer: request.body, by: 'person' as const };
      return {
        id,
        position: await commands.run(commandContext(request), { stream, decider: questionDecider, command }),
      };
    },
  );
}
