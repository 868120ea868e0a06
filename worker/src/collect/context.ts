import type { Masker } from '@claude-codex/contracts/worker/masker';
import type { JournalEntry, WorkerStart } from '@claude-codex/contracts/worker/protocol';
import type { EgressClient } from '../egress-client.ts';

type Warning = Extract<JournalEntry, { type: 'warning' }>;

/** What collecting works with, whichever part of the work it collects. */
export interface CollectContext {
  readonly start: WorkerStart;
  readonly egress: EgressClient;
  readonly masker: Masker;
  readonly journal: { write(warning: Warning): void };
  /** Environment of the agent's commands, its secrets left out. */
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: () => Readonly<Record<string, string>>;
  readonly sessionId: () => string | null;
}
