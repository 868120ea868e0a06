import type { JournalRecord } from '@claude-codex/contracts';

/** A worker's output holds what no supervisor writes, or not all that one wrote. */
export class JournalBroken extends Error {
  static readonly code = 'JOURNAL_BROKEN';

  constructor(problem: string) {
    super(`The record of what the agent did cannot be believed: ${problem}.`);
    this.name = 'JournalBroken';
  }
}

export interface JournalOrder {
  /** Throws `JournalBroken` when this record cannot follow those before it. */
  check(record: JournalRecord): void;
}

/**
 * The order of one reading, from the first line that is still kept (the engine drops old ones; by then they are stored,
 * or the loss shows as a gap after `afterSeq`).
 */
export function createJournalOrder(afterSeq: number): JournalOrder {
  let last: number | null = null;
  let started = false;
  let exited = false;

  function problemOf({ seq, entry }: JournalRecord): string | null {
    if (exited) return `record ${seq} comes after the last one`;
    if (last === null && seq > afterSeq + 1) return `the records from ${afterSeq + 1} to ${seq - 1} are missing`;
    if (last !== null && seq > last + 1) return `the records from ${last + 1} to ${seq - 1} are missing`;
    if (last !== null && seq <= last) return `record ${seq} is there twice`;
    if (entry.type === 'supervisor_started' && started) return `record ${seq} is of a second supervisor`;
    return null;
  }

  return {
    check(record) {
      const problem = problemOf(record);
      if (problem !== null) throw new JournalBroken(problem);
      last = record.seq;
      started ||= record.entry.type === 'supervisor_started';
      exited = record.entry.type === 'exited';
    },
  };
}
