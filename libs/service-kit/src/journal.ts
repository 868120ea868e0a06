import type { JournalRecord } from '@claude-codex/contracts';

/** A place in an instance's journal: epochs count up, sequence numbers start at 1 within each. */
export interface JournalPlace {
  epoch: number;
  seq: number;
}

export interface JournalLine {
  epoch: number;
  record: JournalRecord;
}

/**
 * What instances said and did: high-volume output that does not belong in the event store. Kept whole and in order,
 * per instance and epoch. The numbers show what is missing, should an engine have rotated its log away.
 */
export interface Journal {
  /**
   * Durable when it resolves. Records already stored (same epoch, seq not above the last) are skipped, so following a
   * log again from an earlier point is harmless.
   */
  append(instanceId: string, epoch: number, records: readonly JournalRecord[]): Promise<void>;
  /** In order of epoch and seq, starting after `after` (default: from the beginning), at most `limit` lines. */
  read(instanceId: string, options: { after?: JournalPlace; limit: number }): Promise<JournalLine[]>;
  /**
   * The last `limit` lines before `before` (default: the newest ones), in order of epoch and seq: a long journal is read
   * from its end, a page at a time.
   */
  readBack(instanceId: string, options: { before?: JournalPlace; limit: number }): Promise<JournalLine[]>;
  /** The last place written, or null when there is no journal yet. */
  last(instanceId: string): Promise<JournalPlace | null>;
  /** Nothing follows for now: what lies where it is kept for a while only is put where it stays. More may still be written. */
  finish(instanceId: string): Promise<void>;
}
