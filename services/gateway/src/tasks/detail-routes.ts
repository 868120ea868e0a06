import {
  DependencyView,
  DocumentView,
  Id,
  InstanceView,
  JournalPage,
  PhaseView,
  QuestionView,
  ReviewView,
  TaskEventsPage,
  type TaskView,
} from '@claude-codex/contracts';
import { BlobNotFound } from '@claude-codex/service-kit/blobs';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import { refusal } from '../commands/problems.ts';
import type { Deps } from '../deps.ts';
import { eventViewOf } from '../events/event-view.ts';
import { JournalQuery, journalPage } from '../instances/journal-page.ts';
import { MinPosition, waitFor } from '../reads/min-position.ts';
import { sendJson } from '../reads/send-json.ts';
import { taskViewOf } from '../reads/task-of.ts';
import { addTaskBlobRoute } from './blob-route.ts';

const tags = ['tasks'];
const params = z.object({ id: Id });
const Position = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const EventsQuery = MinPosition.extend({
  after: Position.default(0),
  /** Of pages read backward, which begin with the newest without it. */
  before: Position.optional(),
  direction: z.enum(['forward', 'backward']).default('forward'),
  /** `decisions`: without the events of single model calls and tool calls. */
  of: z.enum(['all', 'decisions']).default('all'),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
})
  .refine(({ before, direction }) => before === undefined || direction === 'backward', {
    path: ['before'],
    message: 'continues a page that is read with direction=backward',
  })
  .refine(({ after, direction }) => after === 0 || direction === 'forward', {
    path: ['after'],
    message: 'continues a page that is read forward',
  });
const DocumentQuery = MinPosition.extend({ path: z.string().min(1).max(4000) });

const MAX_DOCUMENT_BYTES = 2 * 1024 * 1024;

/** The parts of a task, each as its own resource; and what is too large to be part of the task itself. */
export function addTaskDetailRoutes(app: HttpServer, deps: Deps): void {
  const { eventLog, positions, blobs, journal } = deps;

  async function taskOf(request: FastifyRequest, id: string, minPosition: number | undefined): Promise<TaskView> {
    await waitFor(positions, minPosition);
    const task = await taskViewOf(deps, principalOf(request).workspaceId, id);
    if (task === null) throw refusal('TASK_NOT_FOUND');
    return task;
  }

  function addPart<Item extends z.ZodType>(
    name: string,
    key: string,
    schema: Item,
    select: (task: TaskView) => z.input<Item>[],
  ) {
    app.get(
      `/api/tasks/:id/${name}`,
      {
        schema: {
          tags,
          operationId: `list${key}`,
          params,
          querystring: MinPosition,
          response: { 200: z.object({ [name]: z.array(schema) }) },
        },
      },
      async (request, reply) => {
        const task = await taskOf(request, request.params.id, request.query.min_position);
        return sendJson(reply, JSON.stringify({ [name]: select(task) }));
      },
    );
  }
  addPart('phases', 'TaskPhases', PhaseView, (task) => task.phaseDetails);
  addPart('reviews', 'TaskReviews', ReviewView, (task) => task.reviews);
  addPart('questions', 'TaskQuestions', QuestionView, (task) => task.questions);
  addPart('dependencies', 'TaskDependencies', DependencyView, (task) => task.dependencies);
  addPart('instances', 'TaskInstances', InstanceView, (task) => task.instances);

  app.get(
    '/api/tasks/:id/events',
    {
      schema: {
        tags,
        operationId: 'listTaskEvents',
        summary:
          'What happened in a task, in order: `after` continues a page; `direction=backward` begins with the newest, and `before` continues that',
        params,
        querystring: EventsQuery,
        response: { 200: TaskEventsPage },
      },
    },
    async (request) => {
      const { after, before = null, direction, of, limit, min_position } = request.query;
      const backward = direction === 'backward';
      const task = await taskOf(request, request.params.id, min_position);
      // Taken before the rows, as for the board: a stream from here sends what they lack.
      const { position, epoch } = positions.current();
      const range = { limit, withoutCalls: of === 'decisions' };
      const events = backward
        ? await eventLog.newestOfTask(task.id, { before, ...range })
        : await eventLog.ofTask(task.id, { after, ...range });
      const isWhole = events.length < limit;
      return {
        position,
        epoch,
        events: events.map(eventViewOf),
        nextAfter: isWhole || backward ? null : (events.at(-1)?.position ?? null),
        nextBefore: isWhole || !backward ? null : (events[0]?.position ?? null),
      };
    },
  );

  app.get(
    '/api/tasks/:id/log',
    {
      schema: {
        tags,
        operationId: 'getTaskLog',
        summary: 'What an instance of the task said and did; by default the newest instance',
        params,
        querystring: JournalQuery.extend({ instanceId: Id.optional() }),
        response: { 200: JournalPage.extend({ instanceId: z.string().nullable() }) },
      },
    },
    async (request) => {
      const { instanceId, ...page } = request.query;
      const task = await taskOf(request, request.params.id, undefined);
      const instance = instanceId ?? task.instances.at(-1)?.id ?? null;
      if (instance === null) return { items: [], hasMore: false, instanceId: null };
      if (!task.instances.some(({ id }) => id === instance)) {
        throw refusal('INSTANCE_NOT_FOUND');
      }
      return { ...(await journalPage(journal, instance, page)), instanceId: instance };
    },
  );

  app.get(
    '/api/tasks/:id/documents',
    {
      schema: {
        tags,
        operationId: 'getTaskDocument',
        summary: 'The newest content of a document that was handed over',
        params,
        querystring: DocumentQuery,
        response: { 200: DocumentView },
      },
    },
    async (request) => {
      const { path, min_position } = request.query;
      const task = await taskOf(request, request.params.id, min_position);
      const document = task.documents.find((candidate) => candidate.path === path);
      if (document === undefined) {
        throw new Problem('DOCUMENT_NOT_FOUND', { detail: 'The task has no document of this path.' });
      }
      const content = (await readBlob(document.blobId, MAX_DOCUMENT_BYTES)).toString('utf8');
      return { path, content, blobId: document.blobId, phase: document.phase };
    },
  );

  addTaskBlobRoute(app, deps);

  async function readBlob(blobId: string, maxBytes: number): Promise<Buffer> {
    try {
      return await blobs.read(blobId, maxBytes);
    } catch (cause) {
      if (!(cause instanceof BlobNotFound)) throw cause;
      throw new Problem('DOCUMENT_NOT_FOUND', { detail: 'The content is not stored here any more.', cause });
    }
  }
}
