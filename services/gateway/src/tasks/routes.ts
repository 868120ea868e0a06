import {
  CancelTaskRequest,
  CommandAccepted,
  CreateTaskRequest,
  EditTaskRequest,
  GrantRoundsRequest,
  Id,
  ListTasksQuery,
  SendMessageRequest,
  TaskCard,
  TaskRead,
} from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { createTask } from '@claude-codex/domain/transactions/create-task';
import { chooseAttempt } from '@claude-codex/domain/transactions/keep-attempt';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { idFrom } from '@claude-codex/service-kit/ids';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import { commandContext } from '../commands/commands.ts';
import { refusal } from '../commands/problems.ts';
import type { ConsentCheck } from '../consent/consent-check.ts';
import type { Deps } from '../deps.ts';
import type { FromIssue } from '../issues/from-issue.ts';
import { MinPosition, waitFor } from '../reads/min-position.ts';
import { sendAnswer, sendJson } from '../reads/send-json.ts';
import { listTasks } from '../reads/task-list.ts';
import { taskAnswerOf } from '../reads/task-of.ts';
import { editTask, messageToTask, type TaskVerb, verbs } from './commands.ts';

const tags = ['tasks'];
const params = z.object({ id: Id });
const STARTS: readonly TaskVerb[] = ['execute', 'resume', 'retry'];
const TaskList = z.object({
  tasks: z.array(TaskCard),
  nextCursor: z.string().nullable(),
  position: z.number(),
  epoch: z.string(),
});

/** Tasks: create, list, read, edit, delete, and what a person does with one. */
export function addTaskRoutes(app: HttpServer, deps: Deps & { mayStart: ConsentCheck; fromIssue: FromIssue }): void {
  const { commands, positions, pool, reads, mayStart, fromIssue } = deps;

  app.get(
    '/api/tasks',
    { schema: { tags, operationId: 'listTasks', querystring: ListTasksQuery, response: { 200: TaskList } } },
    async (request, reply) => {
      await waitFor(positions, request.query.min_position);
      const { position, epoch } = positions.current();
      const page = await listTasks(pool, principalOf(request).workspaceId, request.query);
      return sendJson(reply, JSON.stringify({ ...page, position, epoch }));
    },
  );

  app.post(
    '/api/tasks',
    {
      schema: {
        tags,
        operationId: 'createTask',
        summary: 'Creates a task; with `execute` it starts at once',
        body: CreateTaskRequest,
        response: { 201: CommandAccepted },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const context = commandContext(request);
      const { workspaceId } = principal;
      const taskId = idFrom(context.commandId, 'task');
      const { issue, again, title, ...asked } = request.body;
      const repository = streamOf('repository', asked.repositoryId);
      // Asked side by side: each by itself would be another way to the store and back.
      const allowed = commands.own(principal, repository, 'REPOSITORY_NOT_FOUND').then(async () => {
        if (asked.execute) await mayStart(principal);
      });
      if (issue !== undefined) {
        await allowed;
        const { id, position } = await fromIssue.create(context, { ...asked, title, issue, again });
        return reply.code(201).send({ id, position });
      }
      // A title is missing only where there is an issue: the schema says so.
      const facts = { ...asked, title: title ?? '', origin: null };
      const position = await commands.transact(context, (load) =>
        onceAllowed(allowed, createTask(load, { taskId, workspaceId, request: facts })),
      );
      return reply.code(201).send({ id: taskId, position });
    },
  );

  app.get(
    '/api/tasks/:id',
    { schema: { tags, operationId: 'getTask', params, querystring: MinPosition, response: { 200: TaskRead } } },
    async (request, reply) => {
      await waitFor(positions, request.query.min_position);
      const answer = await taskAnswerOf(deps, principalOf(request).workspaceId, request.params.id);
      if (answer === null) throw refusal('TASK_NOT_FOUND');
      return sendAnswer(request, reply, answer);
    },
  );

  app.patch(
    '/api/tasks/:id',
    {
      schema: {
        tags,
        operationId: 'editTask',
        params,
        body: EditTaskRequest,
        response: { 200: CommandAccepted },
      },
    },
    async (request) => {
      const { id } = request.params;
      const stream = streamOf('task', id);
      await commands.own(principalOf(request), stream, 'TASK_NOT_FOUND');
      const position = await commands.transact(commandContext(request), (load) => editTask(load, stream, request.body));
      return { id, position };
    },
  );

  function addVerb(method: 'POST' | 'DELETE', url: string, verb: TaskVerb, summary: string): void {
    const operationId = `${verb}Task`;
    app.route({
      method,
      url,
      schema: { tags, operationId, summary, params, response: { 200: CommandAccepted } },
      handler: async (request) => {
        const { id } = request.params;
        const stream = streamOf('task', id);
        await commands.own(principalOf(request), stream, 'TASK_NOT_FOUND');
        if (STARTS.includes(verb)) await mayStart(principalOf(request));
        return { id, position: await commands.run(commandContext(request), { stream, ...verbs[verb] }) };
      },
    });
  }
  addVerb('DELETE', '/api/tasks/:id', 'delete', 'Deletes a draft or ended task');
  addVerb('POST', '/api/tasks/:id/execute', 'execute', 'Starts a draft');
  addVerb('POST', '/api/tasks/:id/pause', 'pause', 'Freezes the task with its agents');
  addVerb('POST', '/api/tasks/:id/resume', 'resume', 'Goes on with a paused task');
  addVerb('POST', '/api/tasks/:id/retry', 'retry', 'Starts a failed or cancelled task over at its current phase');

  app.post(
    '/api/tasks/:id/cancel',
    {
      schema: {
        tags,
        operationId: 'cancelTask',
        params,
        body: CancelTaskRequest.optional().default({ reason: '' }),
        response: { 200: CommandAccepted },
      },
    },
    async (request) => {
      const { id } = request.params;
      const stream = streamOf('task', id);
      await commands.own(principalOf(request), stream, 'TASK_NOT_FOUND');
      const { decider } = verbs.pause;
      const command = { type: 'CancelTask' as const, reason: request.body.reason };
      return { id, position: await commands.run(commandContext(request), { stream, decider, command }) };
    },
  );

  app.post(
    '/api/tasks/:id/rounds',
    {
      schema: {
        tags,
        operationId: 'grantRounds',
        summary: 'Lets the agent go on with the last review after the rounds of the workflow were used up',
        params,
        body: GrantRoundsRequest,
        response: { 200: CommandAccepted },
      },
    },
    async (request) => {
      const { id } = request.params;
      const stream = streamOf('task', id);
      await commands.own(principalOf(request), stream, 'TASK_NOT_FOUND');
      const { decider } = verbs.pause;
      const command = { type: 'GrantRounds' as const, ...request.body };
      return { id, position: await commands.run(commandContext(request), { stream, decider, command }) };
    },
  );

  app.post(
    '/api/tasks/:id/attempts/:instanceId/choose',
    {
      schema: {
        tags,
        operationId: 'chooseAttempt',
        summary: 'Keeps the work of one agent that handed it over; the other attempts at the phase are set aside',
        params: params.extend({ instanceId: Id }),
        response: { 200: CommandAccepted },
      },
    },
    async (request) => {
      const { id, instanceId } = request.params;
      const stream = streamOf('task', id);
      await commands.own(principalOf(request), stream, 'TASK_NOT_FOUND');
      const position = await commands.transact(commandContext(request), (load) =>
        chooseAttempt(load, { taskId: id, instanceId }),
      );
      return { id, position };
    },
  );

  app.post(
    '/api/tasks/:id/messages',
    {
      schema: {
        tags,
        operationId: 'sendMessage',
        summary:
          'Sends a message to the agent at work, of several to the one that leads or to whom `to` names; `interrupt` cuts its turn short. Approved work goes back to the agent with it',
        params,
        body: SendMessageRequest,
        response: { 201: CommandAccepted },
      },
    },
    async (request, reply) => {
      const stream = streamOf('task', request.params.id);
      const principal = principalOf(request);
      const { workspaceId } = principal;
      await commands.own(principal, stream, 'TASK_NOT_FOUND');
      const context = commandContext(request);
      const { to, ...message } = request.body;
      const messageId = idFrom(context.commandId, 'message');
      const position = await commands.transact(context, (load) =>
        messageToTask(load, stream, {
          ...{ message, to },
          messageIdFor: (instanceId) => (to === 'all' ? idFrom(context.commandId, 'message', instanceId) : messageId),
          pullRequestId: async () => (await reads.task(workspaceId, request.params.id))?.pullRequest?.id ?? null,
        }),
      );
      return reply.code(201).send({ id: messageId, position });
    },
  );
}

/** What was decided, unless it is not allowed: then the other's refusal, whatever was found meanwhile, is not told. */
async function onceAllowed<Decided>(allowed: Promise<void>, deciding: Promise<Decided>): Promise<Decided> {
  const [permission, decided] = await Promise.allSettled([allowed, deciding]);
  if (permission.status === 'rejected') throw permission.reason;
  if (decided.status === 'rejected') throw decided.reason;
  return decided.value;
}
