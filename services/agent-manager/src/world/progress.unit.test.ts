import type { EventType, RecordedDomainEvent, StreamCategory } from '@claude-codex/contracts';
import { idFrom } from '@claude-codex/service-kit/ids';
import { expect, it } from 'vitest';
import { Progress } from './progress.ts';

const TASK = idFrom('task');
const MINUTE_MS = 60_000;

/** What is heard of a task minute by minute; gives the minute it came along last. */
function movedAfter(...heard: [category: StreamCategory, type: EventType, data?: object][]): number {
  const progress = new Progress(new Map());
  const all = [['task', 'TaskCreated'] as const, ...heard];
  for (const [minute, [category, type, data = {}]] of all.entries()) {
    const stream = `${category}-${category === 'task' ? TASK : idFrom(category)}`;
    const meta = { workspaceId: 'w', correlationId: 'x', causedBy: null, actor: { kind: 'person', id: 'ada' } };
    const at = new Date(minute * MINUTE_MS).toISOString();
    const event = { stream, type, meta, at, eventId: `event-${minute}`, data: { taskId: TASK, ...data } };
    progress.apply(event as unknown as RecordedDomainEvent);
  }
  const { movedAt = Number.NaN, movedBy } = progress.get(TASK) ?? {};
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
