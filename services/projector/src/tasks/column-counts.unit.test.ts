import type { TaskView } from '@claude-codex/contracts';
import { expect, it } from 'vitest';
import { movedBetweenColumns } from './column-counts.ts';

const view = (column: string) => ({ column }) as TaskView;
const changed = (taskId: string, column: string, deleted = false) => ({
  taskId,
  workspaceId: 'w',
  view: view(column),
  deleted,
  searchText: null,
  position: 1,
});

it('given tasks that come, move, stay and go, counts only what differs', () => {
  const before = new Map([
    ['moves', view('queued')],
    ['stays', view('working')],
    ['goes', view('done')],
  ]);
  const after = [
    changed('comes', 'working'),
    changed('moves', 'working'),
    changed('stays', 'working'),
    changed('goes', 'done', true),
    changed('came and went', 'queued', true),
  ];
  expect(movedBetweenColumns(before, after)).toEqual([
    { workspaceId: 'w', column: 'working', by: 2 },
    { workspaceId: 'w', column: 'queued', by: -1 },
    { workspaceId: 'w', column: 'done', by: -1 },
  ]);
});

it('given two tasks that change places, writes nothing', () => {
  const before = new Map([
    ['a', view('queued')],
    ['b', view('working')],
  ]);
  expect(movedBetweenColumns(before, [changed('a', 'working'), changed('b', 'queued')])).toEqual([]);
});
