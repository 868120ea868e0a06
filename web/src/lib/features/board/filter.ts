import type { BoardColumn, TaskCard } from '@claude-codex/contracts';

/** What narrows the board; kept in the address, so that a link shows the same. */
export interface BoardFilter {
  readonly q: string;
  readonly repositoryId: string;
  readonly mine: boolean;
}

export function readFilter(params: Pick<URLSearchParams, 'get'>): BoardFilter {
  return { q: params.get('q') ?? '', repositoryId: params.get('repository') ?? '', mine: params.get('by') === 'me' };
}

/** The parameters of an address with this filter; what is at its default is left out. */
export function writeFilter(params: { toString(): string }, filter: BoardFilter): URLSearchParams {
  const next = new URLSearchParams(params.toString());
  set(next, 'q', filter.q);
  set(next, 'repository', filter.repositoryId);
  set(next, 'by', filter.mine ? 'me' : '');
  return next;
}

export function isFiltered(filter: BoardFilter): boolean {
  return filter.q !== '' || filter.repositoryId !== '' || filter.mine;
}

export function matches(task: TaskCard, filter: BoardFilter, me: string | null): boolean {
  if (filter.repositoryId !== '' && task.repositoryId !== filter.repositoryId) return false;
  if (filter.mine && task.createdBy !== me) return false;
  if (filter.q === '') return true;
  const text = `${task.title} ${task.instanceName ?? ''} #${task.number} ${task.labels.join(' ')}`.toLowerCase();
  return filter.q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

const PRIORITY = { urgent: 0, high: 1, normal: 2, low: 3 } as const;

/** Tasks by column: urgent first, then the newest; what is done by when it ended. */
export function byColumn(tasks: readonly TaskCard[]): ReadonlyMap<BoardColumn, TaskCard[]> {
  const columns = new Map<BoardColumn, TaskCard[]>();
  for (const task of tasks) {
    const column = columns.get(task.column);
    if (column === undefined) columns.set(task.column, [task]);
    else column.push(task);
  }
  for (const [name, list] of columns) {
    if (name === 'done') list.sort((a, b) => (b.endedAt ?? b.updatedAt).localeCompare(a.endedAt ?? a.updatedAt));
    else list.sort((a, b) => PRIORITY[a.priority] - PRIORITY[b.priority] || b.number - a.number);
  }
  return columns;
}

function set(params: URLSearchParams, key: string, value: string): void {
  if (value === '') params.delete(key);
  else params.set(key, value);
}
