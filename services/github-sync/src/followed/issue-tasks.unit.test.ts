import { type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import { created } from '@claude-codex/domain/spec/samples';
import { expect, it } from 'vitest';
import { IssueTasks } from './issue-tasks.ts';

const ORIGIN = {
  kind: 'issue',
  provider: 'github',
  slug: 'team/shop',
  number: 12,
  url: 'https://x/12',
  title: 'Greet',
};

let position = 0;
function event(stream: string, type: string, data: object, at = '2026-01-01T00:00:00.000Z'): RecordedDomainEvent {
  position += 1;
  return { position, stream, type, data, at } as never;
}
const made = (taskId: string, origin: object | null = ORIGIN) =>
  event(streamOf('task', taskId), 'TaskCreated', { ...created.data, repositoryId: 'r', origin });
const asked = (id: string, taskId: string) => event(streamOf('question', id), 'QuestionAsked', { taskId });
const answered = (id: string) => event(streamOf('question', id), 'QuestionAnswered', {});
const opened = (id: string, taskId: string) => event(streamOf('pullrequest', id), 'PullRequestOpened', { taskId });

function after(...events: RecordedDomainEvent[]) {
  const tasks = new IssueTasks('github', { tasks: new Map(), questions: new Map() });
  const touched = events.map((one) => tasks.apply(one));
  return { tasks, touched: touched.at(-1) };
}

it.each<[string, RecordedDomainEvent[]]>([
  ['is made', [made('t')]],
  ['goes on', [made('t'), event(streamOf('task', 't'), 'TaskQueued', {})]],
  ['asks', [made('t'), asked('q', 't')]],
  ['was answered', [made('t'), asked('q', 't'), answered('q')]],
  ['is offered', [made('t'), opened('p', 't')]],
  ['is merged', [made('t'), opened('p', 't'), event(streamOf('pullrequest', 'p'), 'PullRequestMerged', {})]],
])('an issue is touched when its task %s', (_what, events) => expect(after(...events).touched).toBe('r#12'));

it.each<[string, RecordedDomainEvent[]]>([
  ['was thought of here', [made('t', null), asked('q', 't')]],
  ['is of another forge', [made('t', { ...ORIGIN, provider: 'elsewhere' })]],
])('none is when its task %s', (_what, events) => expect(after(...events).touched).toBeNull());

it('of several tasks from an issue the newest counts', () => {
  const { tasks } = after(made('t'), made('u'), opened('p', 'u'));
  expect(tasks.newestOf('r#12')).toMatchObject({ taskId: 'u', pullRequestId: 'p' });
});

it('knows what waits for an answer, of any task', () => {
  const { tasks } = after(asked('q', 't'), asked('r', 't'), asked('s', 'u'), answered('r'));
  expect(tasks.questionsOf('t')).toEqual(['q']);
});

it('goes on from what was kept, and tells what changed lately', () => {
  const { tasks } = after(made('t'), opened('p', 't'));
  const next = new IssueTasks('github', tasks.kept());
  const merged = event(streamOf('pullrequest', 'p'), 'PullRequestMerged', {}, '2026-02-01T00:00:00.000Z');
  expect(next.changedSince('2026-01-15T00:00:00.000Z')).toEqual([]);
  expect(next.apply(merged)).toBe('r#12');
  expect(next.changedSince('2026-01-15T00:00:00.000Z')).toEqual(['r#12']);
});
