import { cutText, type JournalRecord } from '@claude-codex/contracts';
import { EventStoreError } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { WorldInstance } from '../world/world.ts';
import { commandInstance } from './commands.ts';
import type { Recording } from './ports.ts';

const WORTH_RETRYING = new Set(['EVENT_STORE_UNAVAILABLE', 'EVENT_STORE_OVERLOADED', 'APPEND_CONFLICT']);

/** What the log will never take, however often it is asked: the event is too large, or does not fit its schema. */
export function isRefusedByStore(error: unknown): error is EventStoreError {
  return error instanceof EventStoreError && !WORTH_RETRYING.has(error.code);
}

/** Without these nothing follows any more: that the agent started, that its session exists, what it hands over. */
const NEEDED = new Set<JournalRecord['entry']['type']>(['supervisor_started', 'session_started', 'collected']);

/**
 * The outcome of a record that the log refuses what follows from: people see that it is missing and why, and an agent
 * that would wait for it for ever ends with that reason.
 */
export async function reportRefusedRecord(
  parts: Recording,
  instance: WorldInstance,
  { epoch, record }: { epoch: number; record: JournalRecord },
  refusal: EventStoreError,
): Promise<void> {
  const { seq, entry } = record;
  const problem = cutText(`The log refuses what follows from "${entry.type}": ${refusal.message}`, 1_000);
  await commandInstance(
    parts,
    instance,
    { type: 'RaiseWarning', block: 'RECORD_REFUSED', problem },
    { commandId: idFrom('record-refused', instance.id, epoch, seq) },
  );
  if (!NEEDED.has(entry.type)) return;
  await commandInstance(
    parts,
    instance,
    { type: 'FailInstance', code: 'RECORD_REFUSED', detail: problem },
    { commandId: idFrom('record-needed', instance.id, epoch, seq) },
  );
}
