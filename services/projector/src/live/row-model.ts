import { idOf, type RecordedDomainEvent } from '@claude-codex/contracts';
import type { LiveRow } from '@claude-codex/contracts/live/live-row';
import type { ReadModel } from '../read-model.ts';
import { type ChangedRow, readRows, writeRows } from './rows.ts';

interface RowFold<Body extends { id: string }, Event extends RecordedDomainEvent> {
  readonly row: LiveRow<Body>;
  readonly concerns: (event: RecordedDomainEvent) => event is Event;
  /** The row after one more event of its stream; null as long as there is none, 'gone' once it went. */
  readonly fold: (before: Body | null, event: Event) => Body | 'gone' | null;
}

/** The read model of rows that are each the fold of one stream. The row's id is the stream's. */
export function rowModel<Body extends { id: string }, Event extends RecordedDomainEvent>({
  row,
  concerns,
  fold,
}: RowFold<Body, Event>): ReadModel {
  return {
    tables: [row.table],
    async handle(tx, events) {
      const related = events.filter(concerns);
      const bodies = await readRows(tx, row, [...new Set(related.map(({ stream }) => idOf(stream)))]);
      const changed = new Map<string, ChangedRow>();
      for (const event of related) {
        const id = idOf(event.stream);
        const before = bodies.get(id) ?? null;
        const after = fold(before, event);
        if (after === null || after === before) continue;
        const body = after === 'gone' ? null : after;
        if (body === null) bodies.delete(id);
        else bodies.set(id, body);
        const workspaceId = changed.get(id)?.workspaceId ?? event.meta.workspaceId;
        changed.set(id, { of: row, id, workspaceId, taskId: null, body, position: event.position });
      }
      await writeRows(tx, row.table, [...changed.values()]);
    },
  };
}
