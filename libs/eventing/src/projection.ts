import type { RecordedDomainEvent } from '@claude-codex/contracts/events';

/**
 * A read model. The runner hands it every event of the log, in order and without a gap, a whole batch at a time, and
 * commits what it wrote through `tx` together with its checkpoint. So each event counts exactly once, as long as the
 * only effect of `handle` is what it writes through `tx`. It ignores the types it has no use for.
 */
export interface Projection<Tx> {
  readonly name: string;
  /** Raised when rows would come out differently: the read model is then built anew beside the live one. */
  readonly version: number;
  handle(tx: Tx, events: RecordedDomainEvent[]): Promise<void>;
  /**
   * Every table it writes, without a schema. `handle` must name them without one too: while a new version is built
   * beside the live one, they lie elsewhere. Needed to build it anew.
   */
  readonly tables?: readonly string[];
}
