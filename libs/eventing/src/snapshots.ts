/** A stream folded up to `version`. Made from events and thrown away at will: without it the same comes out, slower. */
export interface Snapshot {
  readonly version: number;
  /** As the decider's `evolve` made it; plain JSON. */
  readonly state: unknown;
  /**
   * Whether the asker's command was answered before, here or in another stream. Its events may then lie before
   * `version`, and only the whole stream tells. Known as long as the log keeps its answers (30 days).
   */
  readonly answered: boolean;
}

/** Snapshots of long streams, by stream and version of the state's shape; `EventStore.load` gives them back. */
export interface SnapshotStore {
  /**
   * Keeps a snapshot some time soon, unless there is a newer one. Only helps the next reader, so it never fails: an
   * adapter logs what goes wrong. Snapshots of older shapes are forgotten.
   */
  keep(stream: string, schemaVersion: number, snapshot: Pick<Snapshot, 'version' | 'state'>): void;
}

/** A stream is folded anew from its last snapshot once so many events came after it. */
export const SNAPSHOT_EVERY = 500;

/** The largest state that is kept, as JSON: it must fit a NATS message (1 MiB by default) with its envelope. */
export const MAX_SNAPSHOT_LENGTH = 512 * 1024;
