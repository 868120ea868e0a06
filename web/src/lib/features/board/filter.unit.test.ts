import type { TaskCard } from '@claude-codex/contracts';
import { describe, expect, test } from 'vitest';
import { byColumn, matches, readFilter, writeFilter } from './filter.ts';

function card(change: Partial<TaskCard>): TaskCard {
  return {
    id: 'a',
    workspaceId: 'w',
    number: 1,
    title: 'Greet visitors',
    taskType: 'feature',
    priority: 'normal',
    labels: [],
    repositoryId: 'r1',
    column: 'queued',
    state: 'queued',
    activity: '',
    instanceName: 'work-1-a1',
    phases: [],
    nextAction: null,
    held: null,
    waitingItems: 0,
    origin: null,
    published: null,
    standing: {
      check: null,
      exitCode: null,
      unsentComments: 0,
      openThreads: 0,
      atForge: null,
      judged: null,
      conflicts: [],
      baseSha: null,
      handedOverAt: null,
      draft: false,
    },
    additions: 0,
    deletions: 0,
    costUsd: 0,
    createdBy: 'ada',
    createdAt: '2026-11-20T10:00:00.000Z',
    startedAt: null,
    endedAt: null,
    updatedAt: '2026-11-20T10:00:00.000Z',
    position: 1,
    ...change,
  };
}

describe('a filter', () => {
  test('is the same after a trip through the address, and leaves other parameters alone', () => {
    const filter = { q: 'two words', repositoryId: 'r1', mine: true };
    const params = writeFilter(new URLSearchParams('view=list'), filter);
    expect(params.get('view')).toBe('list');
    expect(readFilter(params)).toEqual(filter);
  });

  test('at its default is not in the address', () => {
    expect(writeFilter(new URLSearchParams('q=x&by=me'), { q: '', repositoryId: '', mine: false }).toString()).toBe('');
  });

  test.each([
    ['visitors greet', true],
    ['WORK-1', true],
    ['#1', true],
    ['weather', false],
  ])('finds by words in any order: %s', (q, found) => {
    expect(matches(card({}), { q, repositoryId: '', mine: false }, null)).toBe(found);
  });

  test('by repository and by person', () => {
    expect(matches(card({}), { q: '', repositoryId: 'r2', mine: false }, 'ada')).toBe(false);
    expect(matches(card({}), { q: '', repositoryId: '', mine: true }, 'grace')).toBe(false);
    expect(matches(card({}), { q: '', repositoryId: 'r1', mine: true }, 'ada')).toBe(true);
  });
});

test('columns: urgent first, then the newest; what is done by when it ended', () => {
  const columns = byColumn([
    card({ id: 'old', number: 1 }),
    card({ id: 'urgent', number: 2, priority: 'urgent' }),
    card({ id: 'new', number: 3 }),
    card({ id: 'first', column: 'done', endedAt: '2026-11-20T11:00:00.000Z' }),
    card({ id: 'last', column: 'done', endedAt: '2026-11-20T12:00:00.000Z' }),
  ]);
  expect(columns.get('queued')?.map((task) => task.id)).toEqual(['urgent', 'new', 'old']);
  expect(columns.get('done')?.map((task) => task.id)).toEqual(['last', 'first']);
});
