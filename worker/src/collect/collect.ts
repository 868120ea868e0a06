import type { CollectCommand, Finding, JournalEntry } from '@claude-codex/contracts/worker/protocol';
import { readTranscript } from '../claude-code/transcript.ts';
import type { CollectContext } from './context.ts';
import { MAX_DOCUMENT_BYTES, readDeliverable } from './deliverables.ts';
import { megabytes } from './large-files.ts';
import { watchChanges } from './watch-changes.ts';
import { plainWords } from './words.ts';
import { collectSnapshot, collectWork } from './work.ts';

type Collected = Extract<JournalEntry, { type: 'collected' }>;

/**
 * Hands over what an agent made: commits as a bundle, documents and the transcript. Checks are the manager's matter. Why
 * it cannot is told to the agent, and to people.
 */
export async function collect(context: CollectContext, command: CollectCommand): Promise<Collected> {
  try {
    return await collectAll(context, command);
  } catch (cause) {
    throw new Error(plainWords(cause, context.start.paths), { cause });
  }
}

async function collectAll(context: CollectContext, command: CollectCommand): Promise<Collected> {
  if (command.snapshot === true) {
    const nothing = { deliverables: [], missingDeliverables: [] };
    const snapshot = await collectSnapshot(context);
    const transcriptBlobId = await uploadTranscript(context);
    return { type: 'collected', commandId: command.id, ...snapshot, ...nothing, transcriptBlobId };
  }
  const work = await collectWork(context, { told: command.told ?? [], accepted: command.accepted });
  const { tooLarge, ...documents } = await uploadDeliverables(context, command.deliverables);
  await watchChanges(context.start.paths.checkout, context.environment, context.journal.write);
  return {
    type: 'collected',
    commandId: command.id,
    ...work,
    findings: [...(work.findings ?? []), ...tooLarge],
    transcriptBlobId: await uploadTranscript(context),
    ...documents,
  };
}

async function uploadDeliverables({ start, egress, masker, journal }: CollectContext, paths: readonly string[]) {
  const deliverables: Collected['deliverables'] = [];
  const missingDeliverables: string[] = [];
  const tooLarge: Finding[] = [];
  for (const path of new Set(paths)) {
    const file = await readDeliverable(start.paths.checkout, path);
    if (file === null) {
      missingDeliverables.push(path);
    } else if ('tooLarge' in file) {
      missingDeliverables.push(path);
      tooLarge.push({
        code: 'DELIVERABLE_TOO_LARGE',
        what: `${path} (${megabytes(file.tooLarge)}) is not missing, but larger than a document may be (${megabytes(MAX_DOCUMENT_BYTES)}).`,
        remedy: 'Hand over a shorter document.',
      });
    } else if (masker.finds(file.bytes.toString('utf8'))) {
      journal.write({
        type: 'warning',
        code: 'SECRET_IN_DELIVERABLE',
        detail: `${path} holds a secret value and was not handed over`,
      });
      missingDeliverables.push(path);
    } else {
      const blobId = await egress.putBytes(file.bytes);
      deliverables.push({ path, blobId, bytes: file.bytes.length, sha256: file.sha256 });
    }
  }
  return { deliverables, missingDeliverables, tooLarge };
}

async function uploadTranscript({ start, egress, masker, sessionId }: CollectContext): Promise<string | null> {
  const session = sessionId();
  const transcript = session === null ? null : await readTranscript(start.paths.home, session);
  return transcript === null ? null : egress.putBytes(Buffer.from(masker.jsonLines(transcript)));
}
