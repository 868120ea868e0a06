import type { JournalRecord } from '@claude-codex/contracts';
import { programOf } from '@claude-codex/contracts/worker/protocol';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { Places } from '../runtimes/places.ts';
import type { WorldInstance } from '../world/world.ts';
import { commandInstance } from './commands.ts';
import { type HandingOver, takeCollected } from './hand-over.ts';
import type { Recording } from './ports.ts';
import type { RunState } from './run-state.ts';
import { type ActingOnText, actOnTextBlock } from './text-blocks.ts';

/** To make events of what a supervisor wrote. */
export type Reporting = HandingOver &
  ActingOnText & { readonly runtime: { readonly places: Pick<Places, 'instance'> } };

/** Warnings of the supervisor that people should see on the task. */
const SHOWN_WARNINGS = new Set([
  'CHANGED_AFTER_HAND_OVER',
  'SECRET_IN_DELIVERABLE',
  'PROCESSES_LEFT',
  'SECRET_TOO_SHORT',
]);

/**
 * Turns a journal record into the events that follow from it. Command ids come from the record's place in the journal,
 * so a manager that was killed between storing a record and reporting it can go through the whole epoch again.
 */
export async function reportRecord(
  parts: Reporting,
  run: RunState,
  instance: WorldInstance,
  { seq, entry }: JournalRecord,
): Promise<void> {
  const { epoch } = run;
  const commandId = idFrom('journal', instance.id, epoch, seq);
  switch (entry.type) {
    case 'supervisor_started': {
      const baseSha = instance.state.baseSha ?? (await baseShaOf(parts, instance));
      await commandInstance(
        parts,
        instance,
        { type: 'ReportStarted', epoch, handle: run.handle.name, baseSha },
        { commandId },
      );
      return;
    }
    case 'session_started': {
      const { sessionId, model, resumed } = entry;
      const program = programOf(entry);
      const command = { type: 'ReportAttached' as const, epoch, sessionId, program, model, resumed };
      await commandInstance(parts, instance, command, { commandId });
      return;
    }
    case 'user_message': {
      // The prompt of a continued session may itself be a message that waited.
      const waiting = instance.state.pending.find(({ text }) => entry.commandId === null && text === entry.text);
      if (waiting !== undefined) await delivered(parts, run, instance, waiting.messageId);
      return;
    }
    case 'ack':
      if (entry.ok && instance.state.pending.some(({ messageId }) => messageId === entry.commandId)) {
        await delivered(parts, run, instance, entry.commandId);
      }
      return;
    case 'turn_ended': {
      const { subtype, isError, toolCalls, durationMs, usage } = entry;
      const command = {
        type: 'RecordTurn' as const,
        epoch,
        journalSeq: seq,
        subtype,
        isError,
        toolCalls,
        durationMs,
        costUsd: usage.costUsd,
      };
      await commandInstance(parts, instance, command, { commandId });
      return;
    }
    case 'text_block':
      return actOnTextBlock(parts, instance, entry);
    case 'collected':
      return takeCollected(parts, run, instance, entry);
    case 'warning':
      if (!SHOWN_WARNINGS.has(entry.code)) return;
      // Whoever works on a new round changes files, as they should.
      if (entry.code === 'CHANGED_AFTER_HAND_OVER' && !instance.handedOver) return;
      await commandInstance(
        parts,
        instance,
        { type: 'RaiseWarning', block: entry.code, problem: entry.detail },
        { commandId },
      );
      return;
    default:
      return;
  }
}

async function delivered(parts: Recording, { epoch }: RunState, instance: WorldInstance, messageId: string) {
  const commandId = idFrom('delivered', messageId, epoch);
  await commandInstance(parts, instance, { type: 'MarkDelivered', messageId, epoch }, { commandId });
}

async function baseShaOf({ runtime }: Pick<Reporting, 'runtime'>, { id }: WorldInstance): Promise<string> {
  const record = await runtime.places.instance(id).checkoutRecord();
  return record?.baseSha ?? '';
}
