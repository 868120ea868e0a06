import { Id } from '@claude-codex/contracts';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { OpenConnections } from '../access/open-connections.ts';
import { type Principal, principalOf } from '../access/principal.ts';
import { refusal } from '../commands/problems.ts';
import type { Deps } from '../deps.ts';
import { INSTALLATION } from '../reads/live-rows.ts';
import { taskAnswerOf } from '../reads/task-of.ts';
import { helloFrame, openClient, type StreamClient } from './client.ts';
import type { Feed } from './feed.ts';
import { idFrame, resetFrame } from './frames.ts';
import type { Hub, Subscriber } from './hub.ts';
import type { JournalFeed } from './journal-feed.ts';
import { canResume, resumePoint, type StreamPoint } from './resume-point.ts';

interface Parts extends Pick<Deps, 'store' | 'reads' | 'positions'> {
  hub: Hub;
  feed: Feed;
  journals: JournalFeed;
  connections: OpenConnections;
}

const querystring = z.object({ after: z.string().max(100).optional() });
const EVENTS_PER_PAGE = 500;
const withTask = querystring.extend({ task: Id.optional() });

/** What changes, as it changes: `/api/stream` for the workspace, `/api/tasks/:id/stream` for one task. */
export function addStreamRoutes(app: HttpServer, parts: Parts): void {
  const { hub, feed, journals, connections, reads, store } = parts;

  app.get(
    '/api/stream',
    {
      schema: {
        tags: ['live'],
        operationId: 'streamWorkspace',
        summary:
          'Server-sent events: patches of everything the workspace shows, and with ?task= of one task too. Resumes at Last-Event-ID or ?after=',
        querystring: withTask,
      },
    },
    async (request, reply) => {
      const { workspaceId } = principalOf(request);
      // A task that is gone adds nothing: the page goes on showing the workspace.
      const { task } = request.query;
      const taskId = task !== undefined && (await taskAnswerOf(parts, workspaceId, task)) !== null ? task : null;
      await stream(request, reply, { workspace: true, taskId }, async (client, from, now) => {
        const costTodayUsd = await reads.costTodayUsd(workspaceId);
        await client.replay(helloFrame(from, { costTodayUsd }));
        if (from.position >= now.position) return;
        const patches = await feed.workspaces([workspaceId], from.position);
        await client.replay((patches.get(workspaceId) ?? '') + (patches.get(INSTALLATION) ?? ''));
        if (taskId !== null) await replayTask(client, taskId, { from, now, alone: false });
        await client.replay(idFrame(now.epoch, now.position));
      });
    },
  );

  app.get(
    '/api/tasks/:id/stream',
    {
      schema: {
        tags: ['live'],
        operationId: 'streamTask',
        summary: 'Server-sent events of one task: its rows, its events, and live lines of its agents',
        params: z.object({ id: Id }),
        querystring,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { workspaceId } = principalOf(request);
      if ((await taskAnswerOf(parts, workspaceId, id)) === null) throw refusal('TASK_NOT_FOUND');
      await stream(request, reply, { workspace: false, taskId: id }, async (client, from, now) => {
        await client.replay(helloFrame(from, {}));
        if (from.position >= now.position) return;
        await replayTask(client, id, { from, now, alone: true });
        await client.replay(idFrame(now.epoch, now.position));
      });
    },
  );

  /** What of the task changed since `from`, as it is, and its events up to `now`. */
  async function replayTask(
    client: StreamClient,
    id: string,
    { from, now, alone }: { from: StreamPoint; now: StreamPoint; alone: boolean },
  ): Promise<void> {
    const patch = (await feed.tasks([id], from.position)).get(id);
    if (patch === undefined) return;
    await client.replay((alone ? patch.wide : '') + patch.narrow);
    for (let after = from.position; !client.closed; ) {
      const range = { after, upTo: now.position, limit: EVENTS_PER_PAGE, epoch: now.epoch };
      const page = await feed.events(id, range);
      for (const event of page) await client.replay(alone ? event.text : event.short);
      const last = page.at(-1);
      if (last === undefined || page.length < EVENTS_PER_PAGE) return;
      after = last.position;
    }
  }

  /** Registers first and reads history second, so that nothing falls between the two. */
  async function stream(
    request: FastifyRequest,
    reply: FastifyReply,
    { workspace, taskId }: Pick<Subscriber, 'workspace' | 'taskId'>,
    replay: (client: StreamClient, from: StreamPoint, now: StreamPoint) => Promise<void>,
  ): Promise<void> {
    const principal: Principal = principalOf(request);
    const wanted = resumePoint(request.headers['last-event-id'], (request.query as { after?: string }).after);
    const head = wanted === null ? 0 : (await store.head()).position;
    const leave = connections.add({
      principal,
      onRole: (role) => void (role === null && reply.raw.destroy()),
    });
    reply.hijack();
    const client = openClient(reply.raw, request.id, request.log);
    const watching = new Map<string, () => void>();
    const watch = (instanceIds: readonly string[]) => {
      if (client.closed) return; // nobody would end the watching
      for (const instanceId of instanceIds) {
        if (!watching.has(instanceId)) watching.set(instanceId, journals.watch(instanceId, client.write));
      }
    };
    const off = hub.subscribe({
      workspaceId: principal.workspaceId,
      workspace,
      taskId,
      deliver(batch) {
        try {
          for (const { instanceIds } of batch.parts) watch(instanceIds);
          client.deliver(batch);
        } catch (error) {
          // One stream's trouble is not the others': this client comes back where it was.
          request.log.warn({ err: error, requestId: request.id }, 'a stream could not be continued');
          reply.raw.destroy();
        }
      },
      reset: client.reset,
      beat: client.beat,
    });
    const end = () => {
      off();
      leave();
      for (const unwatch of watching.values()) unwatch();
    };
    reply.raw.once('close', end);
    if (reply.raw.destroyed) {
      end(); // gone before anybody listened
      return;
    }

    try {
      if (taskId !== null) watch(await feed.attempts(taskId));
      const now = hub.position();
      const from = wanted ?? now;
      if (canResume(from, now, head)) await replay(client, from, now);
      else await client.replay(resetFrame(now.epoch, now.position));
      client.goLive(from.epoch === now.epoch && from.position > now.position && from.position <= head ? from : now);
    } catch (error) {
      // The answer has begun, so the only way to say it is to end it: the client comes back where it was.
      request.log.warn({ err: error, requestId: request.id }, 'a stream could not be replayed');
      reply.raw.destroy();
    }
  }
}
