import type { DiffLine, ReviewView, TaskView, ThreadView } from '@claude-codex/contracts';
import { describe, expect, test } from 'vitest';
import { inOrder, looseThreads, nextThread, shownThreads, threadsElsewhere } from './thread-places.ts';

const branch = 'codex/1-a1';
const lines = { path: 'a.ts', side: 'new' as const, startLine: 3, endLine: 4 };
const thread = (id: string, rest: Partial<ThreadView> = {}) =>
  ({ id, phase: 'develop', branch, round: 1, lines, status: 'open', replies: [], places: [], ...rest }) as ThreadView;
const review = (round: number) =>
  ({ id: `r${round}`, phase: 'develop', round, subject: 'changes', changes: { branch } }) as ReviewView;
const taskOf = (threads: ThreadView[], pullRequest: TaskView['pullRequest'] = null) => ({
  ...{ threads, pullRequest, reviews: [review(1), review(2), review(3)] },
});
const line = (kind: DiffLine['kind'], oldLine: number | null, newLine: number | null) =>
  ({ kind, oldLine, newLine, text: '' }) as DiffLine;

describe('a thread', () => {
  const moved = { ...lines, path: 'b.ts', startLine: 9, endLine: 10, touched: true };
  const told = thread('t', {
    places: [
      { round: 2, place: moved },
      { round: 3, place: null },
    ],
  });

  test('stands in every round from its own on where its lines are there', () => {
    const places = [1, 2, 3].map((round) => shownThreads(taskOf([told]), review(round))[0]);
    expect(places.map((shown) => shown?.place)).toEqual([{ ...lines, touched: false }, moved, null]);
    // Outdated it stands at the file its lines were in last.
    expect(places.map((shown) => shown?.path)).toEqual(['a.ts', 'b.ts', 'b.ts']);
    expect(shownThreads(taskOf([thread('later', { round: 2 })]), review(1))).toEqual([]);
  });

  test('of another branch or phase is not part of the work', () => {
    const others = [thread('x', { branch: 'codex/1-a2' }), thread('y', { phase: 'test' })];
    expect(shownThreads(taskOf(others), review(2))).toEqual([]);
  });

  test('that was not carried over yet stands where it was last', () => {
    const waiting = thread('t', { places: [{ round: 2, place: moved }] });
    expect(shownThreads(taskOf([waiting]), review(3))[0]?.place).toEqual(moved);
  });
});

test('on a removed line it stands in the diff against the start only: against the round before the numbers are others', () => {
  const task = taskOf([thread('t', { lines: { ...lines, side: 'old' } })]);
  expect(shownThreads(task, review(1), 'base')[0]?.line).toMatchObject({ side: 'old', endLine: 4 });
  const shown = shownThreads(task, review(1), 'previous');
  expect(shown[0]).toMatchObject({ line: null, place: { endLine: 4 } });
  expect(looseThreads(shown, [line('removed', 4, null)])).toEqual(shown);
});

test('what reviewers of the forge said stands in the newest round only, with its address', () => {
  const comment = { id: 'c', path: 'a.ts', line: 7, side: 'new', body: 'This one.', url: 'https://forge/c' };
  const remark = {
    id: 'v',
    author: 'grace',
    at: '2026-01-01T00:00:00Z',
    comments: [comment, { ...comment, line: null }],
  };
  const pullRequest = { provider: 'github', branch, remarks: [remark] } as unknown as TaskView['pullRequest'];
  expect(shownThreads(taskOf([], pullRequest), review(2))).toEqual([]);
  const shown = shownThreads(taskOf([], pullRequest), review(3));
  expect(shown.map(({ place, isOpen }) => [place?.endLine ?? null, isOpen])).toEqual([
    [7, false],
    [null, false],
  ]);
  expect(shown[0]?.origin).toMatchObject({ kind: 'forge', words: { author: 'grace', url: 'https://forge/c' } });
});

test('what is a thread here is not shown as a remark, too', () => {
  const comment = { id: 'c', path: 'a.ts', line: 3, side: 'new', body: 'Why?', url: 'https://forge/c', threadId: null };
  const others = [
    { ...comment, id: 'known', url: 'https://forge/k', threadId: 't' },
    { ...comment, id: 'answer', url: 'https://forge/r' },
    { ...comment, id: 'no round', url: 'https://forge/n', threadId: 'elsewhere' },
  ];
  const remark = { id: 'v', author: 'grace', at: '2026-01-01T00:00:00Z', comments: [comment, ...others] };
  const pullRequest = { provider: 'github', branch, remarks: [remark] } as unknown as TaskView['pullRequest'];
  const link = (url: string) => ({ provider: 'github' as const, url, from: 'there' as const, login: 'grace' });
  const replies = [{ link: link('https://forge/r') }] as ThreadView['replies'];
  const task = taskOf([thread('t', { link: link('https://forge/c'), replies })], pullRequest);
  expect(shownThreads(task, review(3)).map(({ id }) => id)).toEqual(['t', 'github-v-no round']);
});

test('at the head of a file stands what has no line in its diff, once all of it was read', () => {
  const [gone, far, here] = shownThreads(
    taskOf([
      thread('gone', { places: [{ round: 2, place: null }] }),
      thread('far', { lines: { ...lines, endLine: 90 } }),
      thread('here'),
    ]),
    review(2),
  );
  const all = [gone, far, here].filter((shown) => shown !== undefined);
  const read = [line('context', 3, 3), line('added', null, 4)];
  expect(looseThreads(all, null).map(({ id }) => id)).toEqual(['gone']);
  expect(looseThreads(all, read).map(({ id }) => id)).toEqual(['gone', 'far']);
  // A removed line with the number of the added one is another line.
  expect(looseThreads(all, [line('removed', 4, null)]).map(({ id }) => id)).toEqual(['gone', 'far', 'here']);
});

test('going through the open ones follows the files and their lines, and around the end', () => {
  const files = [{ path: 'b.ts' }, { path: 'a.ts' }];
  const threads = shownThreads(
    taskOf([
      thread('a9', { lines: { ...lines, endLine: 9 } }),
      thread('done', { status: 'resolved' }),
      thread('a4'),
      thread('b', { lines: { ...lines, path: 'b.ts' } }),
      thread('left', { lines: { ...lines, path: 'gone.ts' } }),
      thread('other', { lines: { ...lines, path: 'away.ts' } }),
      thread('more', { lines: { ...lines, path: 'gone.ts' } }),
    ]),
    review(1),
  );
  const ordered = inOrder(threads, files);
  expect(ordered.flatMap(({ id, isOpen }) => (isOpen ? [id] : []))).toEqual(['other', 'left', 'more', 'b', 'a4', 'a9']);
  expect(nextThread(ordered, null, 1)?.id).toBe('other');
  expect(nextThread(ordered, null, -1)?.id).toBe('a9');
  expect(nextThread(ordered, 'a9', 1)?.id).toBe('other');
  expect(nextThread(ordered, 'other', -1)?.id).toBe('a9');
  expect(nextThread([], 'a9', 1)).toBeNull();
  expect(threadsElsewhere(ordered, files).map(({ id }) => id)).toEqual(['other', 'left', 'more']);
});

test('whoever resolved the thread they were at goes on from there, not from the first one', () => {
  const at = (startLine: number) => ({ lines: { ...lines, startLine, endLine: startLine } });
  const settled = { ...at(2), status: 'resolved' as const };
  const task = taskOf([thread('first', at(1)), thread('settled', settled), thread('last', at(3))]);
  const ordered = inOrder(shownThreads(task, review(1)), [{ path: 'a.ts' }]);
  expect(nextThread(ordered, 'settled', 1)?.id).toBe('last');
  expect(nextThread(ordered, 'settled', -1)?.id).toBe('first');
  expect(nextThread(ordered.slice(1, 2), 'settled', 1)).toBeNull();
});

test('removed lines are gone through where they stand among the others, once they were read', () => {
  const at = (side: 'old' | 'new', endLine: number) => ({ lines: { ...lines, side, startLine: endLine, endLine } });
  const task = taskOf([
    thread('kept', at('new', 2)),
    thread('taken out', at('old', 1)),
    thread('put in', at('new', 1)),
  ]);
  const read = [line('added', null, 1), line('context', 5, 2), line('removed', 1, null)];
  const ordered = inOrder(shownThreads(task, review(1)), [{ path: 'a.ts' }], () => read);
  expect(ordered.map(({ id }) => id)).toEqual(['put in', 'kept', 'taken out']);
});
