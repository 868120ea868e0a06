import { writeSync } from 'node:fs';
import type { Masker } from '@claude-codex/contracts/worker/masker';
import type { JournalEntry, JournalRecord } from '@claude-codex/contracts/worker/protocol';
import { truncateDeep } from './truncate.ts';

export interface Journal {
  write(entry: JournalEntry): void;
}

/**
 * The numbered records on stdout. A record is written whole and at once before anything else happens, so that what
 * was journalled is in the engine's log (or the journal file) even when the next line of code kills this process.
 */
export function createJournal(
  masker: Masker,
  options: { fd: number; onRecord?: (record: JournalRecord) => void },
): Journal {
  let seq = 0;
  return {
    write(entry) {
      seq += 1;
      const safe = truncateDeep(masker.deep(entry)) as JournalEntry;
      const record: JournalRecord = { seq, at: new Date().toISOString(), entry: safe };
      writeAll(options.fd, Buffer.from(`${JSON.stringify(record)}\n`));
      options.onRecord?.(record);
    },
  };
}

const wait = new Int32Array(new SharedArrayBuffer(4));

function writeAll(fd: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      if (!isFullPipe(error)) throw error;
      // A pipe that somebody made non-blocking is full: its reader is behind. Waiting is right, losing order is not.
      Atomics.wait(wait, 0, 0, 5);
    }
  }
}

function isFullPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}
