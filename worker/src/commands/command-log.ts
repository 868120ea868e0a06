import type { JournalEntry } from '@claude-codex/contracts/worker/protocol';
import type { Journal } from '../journal/journal.ts';

export type Refusal = Pick<Extract<JournalEntry, { type: 'ack' }>, 'cause'>;

/** Acknowledges commands, each done once however often it is sent. */
export interface CommandLog {
  /** True when the command is new; otherwise it is acknowledged again if its outcome is known. */
  begin(id: string): boolean;
  end(id: string, ok: boolean, detail: string, cause?: Refusal['cause']): void;
}

export function createCommandLog(journal: Journal): CommandLog {
  const outcomes = new Map<string, ({ ok: boolean; detail: string } & Refusal) | null>();
  return {
    begin(id) {
      const outcome = outcomes.get(id);
      if (outcome === undefined) {
        outcomes.set(id, null);
        return true;
      }
      // Still on its way: the acknowledgement comes when it is done.
      if (outcome !== null) journal.write({ type: 'ack', commandId: id, ...outcome });
      return false;
    },
    end(id, ok, detail, cause) {
      const outcome = cause === undefined ? { ok, detail } : { ok, detail, cause };
      outcomes.set(id, outcome);
      journal.write({ type: 'ack', commandId: id, ...outcome });
    },
  };
}
