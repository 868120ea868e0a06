import type { RecordedEvent } from '@claude-codex/contracts/envelope';

/**
 * A read model. The runner hands it every event of the log, in order and without a gap, a whole batch at a time, and
 * commits what it wrote through `tx` together with its checkpoint. So each event counts exactly once, as long as the
 * only effect of `handle` is what it writes through `tx`. It ignores the types it has no use for.
 */
export interface Projection<Tx> {
  readonly name: string;
  /** Raised when rows would come out differently: the read model is then built again from the beginning. */
  readonly version: number;
  handle(tx: Tx, events: RecordedEvent[]): Promise<void>;
  /** Empties its tables, before a new version is built from the beginning. */
  reset?(tx: Tx): Promise<void>;
}
