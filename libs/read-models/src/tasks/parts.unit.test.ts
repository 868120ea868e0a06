import type { TaskView } from '@claude-codex/contracts';
import { cardRow } from '@claude-codex/contracts/live/task-card';
import { assembleTask, attemptUsageRow, costRow } from '@claude-codex/contracts/live/task-page';
import { isTaskRelated, type TaskRelatedEvent } from '@claude-codex/domain/task-events/task-related';
import { flows } from '@claude-codex/testing/flow-generator';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { foldTask } from './fold-task.ts';
import { CODER, created, developing, handedOver, recorded, TASK, taskAfter, usage } from './history.fixture.ts';
import { changedParts } from './parts.ts';

type Rows = Map<string, { kind: string; body: { id: string; position: number } }>;

/** Rows as they would be kept, brought forward by what one event changed. */
function bring(rows: Rows, before: TaskView | null, after: TaskView): void {
  for (const { of, id, body: make, quiet } of changedParts(before, after)) {
    const body = make();
    const key = `${of.kind} ${id}`;
    const position = quiet ? (rows.get(key)?.body.position ?? 0) : after.position;
    if (body === null) rows.delete(key);
    else rows.set(key, { kind: of.kind, body: { ...body, id, position } });
  }
}

it('a task is the sum of its rows, after every event of any history', () => {
  fc.assert(
    fc.property(flows(), (events) => {
      const views = new Map<string, { view: TaskView; rows: Rows }>();
      const taskOf = new Map<string, string>();
      for (const event of events.filter(isTaskRelated)) {
        const named = (event.data as { taskId?: string }).taskId;
        const id = event.stream.startsWith('task-') ? event.stream : named && `task-${named}`;
        if (id !== undefined && id !== '') taskOf.set(event.stream, id);
        const key = taskOf.get(event.stream);
        if (key === undefined) continue;
        step(views, key, event);
      }
    }),
    { numRuns: 40 },
  );
});

function step(views: Map<string, { view: TaskView; rows: Rows }>, key: string, event: TaskRelatedEvent): void {
  const known = views.get(key);
  const after = foldTask(known?.view ?? null, event);
  if (after === null) views.delete(key);
  if (after === null || after === known?.view) return;
  const rows = known?.rows ?? new Map();
  bring(rows, known?.view ?? null, after);
  expect(assembleTask(rows.values())).toEqual(after);
  views.set(key, { view: after, rows });
}

const call = usage('ModelCallSettled', {
  ...{ instanceId: CODER, taskId: TASK, model: 'm', status: 200, inputTokens: 1, outputTokens: 2 },
  ...{ cacheReadTokens: 3, cacheWriteTokens: 4, costUsd: 0.5, durationMs: 5 },
});

it('a model call sends what it cost, and nothing else of the task', () => {
  const before = taskAfter(...developing, ...handedOver);
  const [event] = recorded([call]);
  const after = event === undefined ? null : foldTask(before, { ...event, position: before.position + 1 });
  const changed = after === null ? [] : changedParts(before, after);
  const sent = changed.filter(({ quiet }) => !quiet).map(({ of, id }) => [of.kind, id]);
  expect(sent).toEqual([
    [attemptUsageRow.kind, CODER],
    [costRow.kind, TASK],
  ]);
  // Whoever opens the board next reads the cost on the card.
  const card = changed.find(({ of }) => of.kind === cardRow.kind);
  expect(card?.quiet).toBe(true);
  expect(card?.body()).toMatchObject({ costUsd: 0.5 });
});

it('without a card there is no task', () => {
  const rows: Rows = new Map();
  bring(rows, null, taskAfter(created));
  rows.delete(`${cardRow.kind} ${TASK}`);
  expect(assembleTask(rows.values())).toBeNull();
});
