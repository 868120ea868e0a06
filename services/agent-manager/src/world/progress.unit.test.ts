import type { EventType, RecordedDomainEvent, StreamCategory } from '@claude-codex/contracts';
import { idFrom } from '@claude-codex/service-kit/ids';
import { expect, it } from 'vitest';
import { Progress, type TaskProgress } from './progress.ts';

const TASK = idFrom('task');
const MINUTE_MS = 60_000;

type Heard = [category: StreamCategory, type: EventType, data?: object, by?: string];

/** What is known of a task of which these are heard, minute by minute. */
function after(...heard: Heard[]): TaskProgress {
  const progress = new Progress(new Map());
  const all: Heard[] = [['task', 'TaskCreated'], ...heard];
  for (const [minute, [category, type, data = {}, by = 'ada']] of all.entries()) {
    const stream = `${category}-${category === 'task' ? TASK : idFrom(category)}`;
    const meta = { workspaceId: 'w', correlationId: 'x', causedBy: null, actor: { kind: 'person', id: by } };
    const at = new Date(minute * MINUTE_MS).toISOString();
    const event = { stream, type, meta, at, eventId: `event-${minute}`, data: { taskId: TASK, ...data } };
    progress.apply(event as unknown as RecordedDomainEvent);
  }
  const known = progress.get(TASK);
  if (known === undefined) throw new Error('the task is not known');
  return known;
}

/** The minute it came along last. */
function movedAfter(...heard: Heard[]): number {
  const { movedAt, movedBy } = after(...heard);
  expect(movedBy).toBe(`event-${movedAt / MINUTE_MS}`);
  return movedAt / MINUTE_MS;
}

it('a task comes along by what is done about it', () => {
  expect(movedAfter(['instance', 'InstanceQueued'])).toBe(1);
  expect(movedAfter(['instance', 'InstanceQueued'], ['pullrequest', 'PullRequestOpened', { provider: 'local' }])).toBe(
    2,
  );
});

it.each<[what: string, category: StreamCategory, type: EventType, data?: object]>([
  ['words about lines of its work', 'thread', 'ThreadReplied'],
  ['issues that are proposed beside it', 'proposal', 'IssuesProposed'],
  ['a call of the model', 'usage', 'ModelCallSettled'],
  ['a limit of the model', 'usage', 'RateLimitHit'],
  ['a call of a tool', 'tools', 'ToolCalled'],
  ['being held back', 'task', 'TaskHeldBack', { cause: 'egress_away' }],
])('but not by %s', (_what, ...heard) => {
  expect(movedAfter(['instance', 'InstanceQueued'], heard)).toBe(1);
});

it('a review is decided by as many people as its gate asks for, and not by the first of them', () => {
  const created: Heard = ['review', 'ReviewCreated', { gate: [{ by: 'person', needed: 2 }] }];
  const approved = (by: string): Heard => ['review', 'ReviewApproved', {}, by];
  const statusAfter = (...heard: Heard[]) => [...after(created, ...heard).reviews.values()].map(({ status }) => status);
  expect(statusAfter(approved('ada'))).toEqual(['open']);
  expect(statusAfter(approved('ada'), approved('ada'))).toEqual(['open']);
  expect(statusAfter(approved('ada'), approved('bob'))).toEqual(['approved']);
});

it('what holds it back does so since its cause was named first, however often it is said again', () => {
  const heldBack = (cause: string): Heard => ['task', 'TaskHeldBack', { cause }];
  const minutes = (...heard: Heard[]) => (after(...heard).hold?.since ?? Number.NaN) / MINUTE_MS;
  expect(minutes(heldBack('no_room'), heldBack('no_room'))).toBe(1);
  expect(minutes(heldBack('no_room'), heldBack('egress_away'))).toBe(2);
});
