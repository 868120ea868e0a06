import type { Action } from './action.ts';
import { phaseOf } from './phases.ts';
import { agent, at, attemptOf, liveInstance, SYSTEM } from './streams.ts';
import { type SimTask, sha, type World } from './world.ts';

type Where = Parameters<World['record']>[0];

const LINES = { path: 'src/greet.js', side: 'new' as const, startLine: 3, endLine: 4 };

/** What people and agents say about lines of the work between two rounds, and after it. */
export const threadActions: readonly Action[] = [
  {
    weight: 8,
    can: ({ status, threads }) => status === 'running' && threads.length > 0,
    act(world, task) {
      const where = at(task, 'thread', world.pick(task.threads));
      const ofTask = { taskId: task.id };
      const instance = liveInstance(task);
      const reply = () => ({ ...ofTask, replyId: world.id(), body: 'It is a map now.' });
      world.pick([
        () => world.record(where, 'ThreadReplied', { ...reply(), verdict: null }),
        () => {
          const verdict = world.pick(['done', 'question', 'objection'] as const);
          if (instance !== null) world.record(where, 'ThreadReplied', { ...reply(), verdict }, agent(instance));
        },
        () => world.record(where, 'ThreadResolved', ofTask),
        () => world.record(where, 'ThreadUnresolved', ofTask),
        () => standAtForge(world, where, ofTask),
      ])();
    },
  },
];

/** What its forge makes of it. */
function standAtForge(world: World, where: Where, ofTask: { readonly taskId: string }): void {
  const replyId = world.id();
  const said = { replyId, body: 'A map, then.', verdict: null };
  const at = {
    provider: 'github',
    url: 'https://github.com/team/shop/pull/7#discussion_r1',
  } as const;
  const who = { login: 'grace', mayWrite: true };
  const link = { ...at, commentId: '1', from: 'here' as const, ...who };
  world.pick([
    () => world.record(where, 'ThreadLinked', { ...ofTask, replyId: null, link }, SYSTEM),
    () => {
      world.record(where, 'ThreadReplied', { ...ofTask, ...said }, SYSTEM);
      const there = { ...link, commentId: '2', from: 'there' as const };
      world.record(where, 'ThreadLinked', { ...ofTask, replyId, link: there }, SYSTEM);
    },
    () =>
      world.record(where, 'ThreadAligned', { ...ofTask, status: world.pick(['open', 'resolved'] as const) }, SYSTEM),
    () => {
      world.record(
        where,
        'ThreadNotSent',
        { ...ofTask, detail: 'GitHub: it is locked.', headSha: sha('sent', 40) },
        SYSTEM,
      );
      world.record(where, 'ThreadSendRequested', ofTask);
    },
  ])();
}

/** The comments of a review that was decided become threads, of work whose lines can be followed. */
export function openThreads(world: World, task: SimTask, { id: reviewId, comments }: NonNullable<SimTask['review']>) {
  const { name: phase, requiresChanges } = phaseOf(task);
  const branch = task.instances.at(-1)?.branch;
  if (!requiresChanges || branch === undefined) return;
  for (const commentId of comments) {
    const opened = { taskId: task.id, reviewId, phase, instanceId: attemptOf(task), round: task.round, branch };
    const said = { lines: LINES, quote: 'return name', body: 'Why?', by: 'user-ada' };
    const headSha = sha(`${branch}-${task.id}-${task.round}`, 40);
    world.record(at(task, 'thread', commentId), 'ThreadOpened', { ...opened, headSha, ...said }, SYSTEM);
    task.threads.push(commentId);
  }
  const [begun] = comments;
  if (begun !== undefined) world.record(at(task, 'review', reviewId), 'ReviewThreadBegun', { threadId: begun }, SYSTEM);
}

/** The work was handed over anew: its lines are somewhere else now, or gone. */
export function moveThreads(world: World, task: SimTask, headSha: string): void {
  for (const id of task.threads) {
    const startLine = 1 + world.choose(20);
    const place = { ...LINES, startLine, endLine: startLine + 1, touched: world.choose(2) === 0 };
    const moved = { taskId: task.id, round: task.round, headSha, place: world.pick([place, place, null]) };
    world.record(at(task, 'thread', id), 'ThreadMoved', moved, SYSTEM);
  }
}
