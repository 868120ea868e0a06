import { EVENT_TYPES, type RecordedDomainEvent } from '@claude-codex/contracts';
import { isTaskRelated } from '@claude-codex/domain/task-events/task-related';
import { createSchemaRegistry } from '@claude-codex/eventing';
import { boardTextAt } from '@claude-codex/gateway/history/board-at';
import { createPastReads } from '@claude-codex/gateway/history/past-reads';
import { createProjectorApp } from '@claude-codex/projector';
import { cardOf } from '@claude-codex/read-models/tasks/card';
import { foldBatch } from '@claude-codex/read-models/tasks/fold-batch';
import { createInProcessBus, createLogger } from '@claude-codex/service-kit';
import { createPgEventStore } from '@claude-codex/service-kit/pg/pg-event-store';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { readProjectionStatus } from '@claude-codex/service-kit/pg/projection-status';
import { startTestPostgres, waitFor } from '@claude-codex/testing';
import { generateFlow, seededChooser } from '@claude-codex/testing/flow-generator';
import { expect, it } from 'vitest';

const log = createLogger({ service: 'test', level: 'silent' });
const EVENTS = 10_000;
const PER_COLUMN = 50;

/** The board at the end of these events, made from all of them at once. */
function expectedBoard(events: readonly RecordedDomainEvent[], workspaceId: string) {
  const { tasks } = foldBatch(new Map(), new Map(), events.filter(isTaskRelated));
  const open = tasks.filter((task) => !task.deleted && task.workspaceId === workspaceId).map(({ view }) => view);
  const counts: Record<string, number> = {};
  for (const { column } of open) counts[column] = (counts[column] ?? 0) + 1;
  const newest = Object.keys(counts).flatMap((column) =>
    open
      .filter((view) => view.column === column)
      .toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt) || (a.id < b.id ? 1 : -1))
      .slice(0, PER_COLUMN),
  );
  return { counts, tasks: newest.map(cardOf).toSorted((a, b) => (a.id < b.id ? -1 : 1)) };
}

it('shows the board of any position as the fold of the events up to there', async () => {
  const postgres = await startTestPostgres();
  const { connectionString } = postgres;
  const pool = createPool({ connectionString, name: 'projector', role: 'codex_projector' });
  const reader = createPool({ connectionString, name: 'gateway', role: 'codex_gateway' });
  const bus = createInProcessBus();
  const owner = createPool({ connectionString, name: 'event-store' });
  const store = createPgEventStore({
    pool: owner,
    connectionString,
    registry: createSchemaRegistry(EVENT_TYPES),
    bus,
    log,
  });
  const history = generateFlow(EVENTS, seededChooser(3));
  // A thousand at a time, which the queue takes; it keeps their order.
  for (let from = 0; from < history.length; from += 1_000) {
    await Promise.all(
      history.slice(from, from + 1_000).map(({ stream, type, data, meta: { commandId, ...meta } }) => {
        const writes = [{ stream, expectedVersion: 'any' as const, events: [{ type, data }] }];
        return store.append({ commandId, meta, writes });
      }),
    );
  }
  const { position } = await store.head();
  const projector = createProjectorApp({ pool, bus, log });
  await projector.start();
  await waitFor(
    'the read models',
    async () => (await readProjectionStatus(pool)).filter((row) => row.position === position).length === 2,
    { timeoutMs: 60_000 },
  );
  await projector.stop();

  const events = await store.readAll({ after: 0, limit: position });
  const workspaceId = events[0]?.meta.workspaceId ?? '';
  const past = createPastReads(reader);
  const kept = await reader.query('select distinct position from read.board_history');
  expect(kept.rowCount).toBeGreaterThanOrEqual(Math.floor(position / 4_000) - 1);
  const choose = seededChooser(5);
  const asked = [1, 3_999, 4_000, 4_001, position, ...Array.from({ length: 20 }, () => 1 + choose(position - 1))];
  for (const at of asked.filter((one) => one <= position)) {
    const text = await boardTextAt(past, { workspaceId, position: at, perColumn: PER_COLUMN });
    const board = JSON.parse(`{${text}}`) as { tasks: { id: string }[]; counts: object };
    const shown = { counts: board.counts, tasks: board.tasks.toSorted((a, b) => (a.id < b.id ? -1 : 1)) };
    expect(shown, `position ${at}`).toEqual(expectedBoard(events.slice(0, at), workspaceId));
  }
  await store.close();
  await Promise.all([pool.end(), reader.end(), owner.end()]);
  await postgres.stop();
}, 180_000);
