import { EVENT_TYPES, type ReviewEvent, type TaskEvent, type ThreadEvent } from '@claude-codex/contracts/events';
import { streamOf } from '@claude-codex/contracts/ids';
import { createMemoryEventStore } from '@claude-codex/eventing/memory-event-store';
import { createSchemaRegistry } from '@claude-codex/eventing/schema-registry';
import { expect, it } from 'vitest';
import { attemptStarted, CODER, changes, developed, PLANNER, reviewCreated, TASK } from '../spec/samples.ts';
import { threadsOf } from './threads-of.ts';

const id = (end: string) => `01jd${end.padStart(22, '0')}`;
const OF_BRANCH = changes.branch;
const OTHER_BRANCH = 'codex/1-greet-a2';

/** Work of a phase on a branch was handed over, and one remark of its review became a thread. */
function remarkedOn({ phase, branch, by, end }: { phase: string; branch: string; by: string; end: string }) {
  const [reviewId, threadId] = [id(`${end}a`), id(`${end}b`)];
  const completed = developed({ instanceId: by, reviewId, exitCode: 0 }) as Extract<
    TaskEvent,
    { type: 'AttemptCompleted' }
  >;
  const handedOver: TaskEvent = { ...completed, data: { ...completed.data, phase, changes: { ...changes, branch } } };
  const lines = { path: 'a.ts', side: 'new' as const, startLine: 3, endLine: 4 };
  const comment = { commentId: threadId, ...lines, quote: 'x', body: 'Why?' };
  const of = { taskId: TASK, reviewId, phase, instanceId: by, round: 1, branch, headSha: changes.headSha };
  const review: ReviewEvent[] = [reviewCreated(by, phase), { type: 'ReviewCommented', data: { comment } }];
  const thread: ThreadEvent = { type: 'ThreadOpened', data: { ...of, lines, quote: 'x', body: 'Why?', by: 'ada' } };
  return { handedOver, threadId, streams: { [`review-${reviewId}`]: review, [`thread-${threadId}`]: [thread] } };
}

it('finds what was said of a piece of work, and not of another phase or of what another agent tries', async () => {
  const own = remarkedOn({ phase: 'develop', branch: OF_BRANCH, by: CODER, end: '1' });
  const again = remarkedOn({ phase: 'develop', branch: OF_BRANCH, by: CODER, end: '2' });
  const beside = remarkedOn({ phase: 'develop', branch: OTHER_BRANCH, by: PLANNER, end: '3' });
  const before = remarkedOn({ phase: 'design', branch: OF_BRANCH, by: CODER, end: '4' });
  const all = [before, own, beside, again];
  const store = createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES) });
  const streams = Object.assign({}, ...all.map((one) => one.streams));
  const task = [attemptStarted(), ...all.map(({ handedOver }) => handedOver)];
  const meta = { actor: { kind: 'person' as const, id: 'ada' }, causedBy: null, correlationId: 'x' };
  for (const [stream, events] of Object.entries({ ...streams, [streamOf('task', TASK)]: task })) {
    await store.append({
      commandId: stream,
      meta: { ...meta, causationId: null, workspaceId: 'w' },
      writes: [{ stream, expectedVersion: 'any', events: events as TaskEvent[] }],
    });
  }
  const ids = async (phase: string, branch: string) =>
    (await threadsOf(store, { taskId: TASK, phase, branch })).map((thread) => thread.id);
  expect(await ids('develop', OF_BRANCH)).toEqual([own.threadId, again.threadId]);
  expect(await ids('develop', OTHER_BRANCH)).toEqual([beside.threadId]);
  expect(await ids('design', OF_BRANCH)).toEqual([before.threadId]);
});
