import type { RecordedDomainEvent, TaskView } from '@claude-codex/contracts';
import { isTaskRelated } from '@claude-codex/domain/task-events/task-related';
import { flows } from '@claude-codex/testing/flow-generator';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { attentionOf } from '../attention/attention-of.ts';
import { foldBatch, type TaskBatch } from './fold-batch.ts';

/** The rows after folding `events` in batches of the given sizes, over and over. */
function rowsAfter(events: readonly RecordedDomainEvent[], sizes: readonly number[]) {
  const views = new Map<string, TaskView>();
  const members = new Map<string, string>();
  const rows = {
    tasks: new Map(),
    parts: new Map(),
    attention: new Map(),
    search: new Map(),
    events: [] as object[],
  };
  let from = 0;
  for (let batch = 0; from < events.length; batch += 1) {
    const size = sizes[batch % sizes.length] ?? 1;
    const related = events.slice(from, from + size).filter(isTaskRelated);
    apply(foldBatch(views, members, related));
    from += size;
  }
  return rows;

  function apply(changed: TaskBatch): void {
    for (const { stream, taskId } of changed.members) members.set(stream, taskId);
    for (const { taskId, view, deleted, position, searchText } of changed.tasks) {
      rows.tasks.set(taskId, { view, deleted, position });
      if (searchText !== null) rows.search.set(taskId, searchText);
      if (deleted) views.delete(taskId);
      else views.set(taskId, view);
    }
    for (const part of changed.parts) {
      const key = `${part.taskId} ${part.of.kind} ${part.id}`;
      rows.parts.set(key, { ...part, position: part.position ?? rows.parts.get(key)?.position });
    }
    for (const [key, { taskId }] of rows.parts) if (!views.has(taskId)) rows.parts.delete(key);
    for (const row of changed.attention) rows.attention.set(row.item.id, row);
    rows.events.push(...changed.events);
  }
}

it('gives the same rows whatever the batches were', () => {
  fc.assert(
    fc.property(flows(), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (events, sizes) => {
      expect(rowsAfter(events, sizes)).toEqual(rowsAfter(events, [events.length]));
    }),
    { numRuns: 60 },
  );
});

it('keeps open exactly what waits for a person', () => {
  fc.assert(
    fc.property(flows(), (events) => {
      const rows = rowsAfter(events, [7]);
      const open = [...rows.attention.values()].filter(({ closedAt }) => closedAt === null).map(({ item }) => item);
      const wanted = [...rows.tasks.values()]
        .filter(({ deleted }) => !deleted)
        .flatMap(({ view, position }) => attentionOf(view, position));
      const byId = (items: { id: string; position: number }[]) =>
        items.map(({ position: _position, ...item }) => item).sort((a, b) => a.id.localeCompare(b.id));
      expect(byId(open)).toEqual(byId(wanted));
    }),
    { numRuns: 60 },
  );
});
