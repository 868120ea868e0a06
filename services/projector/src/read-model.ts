import type { RecordedDomainEvent } from '@claude-codex/contracts';
import type { Projection } from '@claude-codex/eventing';
import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';

/** One set of tables and how events change them. Reads and writes through `tx` only. */
export interface ReadModel {
  /** Every table it writes, named without a schema everywhere: a new version is built in another one. */
  readonly tables: readonly string[];
  handle(tx: PgTx, events: readonly RecordedDomainEvent[]): Promise<void>;
}

/** Several read models under one checkpoint: the log is read once for all of them, and they commit together. */
export function combine(name: string, version: number, models: readonly ReadModel[]): Projection<PgTx> {
  return {
    name,
    version,
    tables: [...new Set(models.flatMap(({ tables }) => tables))],
    async handle(tx, events) {
      for (const model of models) await model.handle(tx, events);
    },
  };
}

/** The values of one column of many rows, as `unnest` takes them. */
export function column<Row, Value>(rows: readonly Row[], value: (row: Row) => Value): Value[] {
  return rows.map(value);
}
