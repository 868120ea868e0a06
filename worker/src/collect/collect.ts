import type { CheckResult, JournalEntry, WorkerCommand, WorkerStart } from '@claude-codex/contracts/worker/protocol';
import type { EgressClient } from '../egress-client.ts';
import type { Journal } from '../journal/journal.ts';
import type { Masker } from '../journal/masker.ts';
import { MAX_TEXT_BYTES, tailOf } from '../journal/truncate.ts';
import { runProgram } from '../processes/run.ts';
import { readDeliverable } from './deliverables.ts';
import { readTranscript } from './transcript.ts';
import { watchChanges } from './watch-changes.ts';
import { collectWork } from './work.ts';

type CollectCommand = Extract<WorkerCommand, { type: 'collect' }>;
type Collected = Extract<JournalEntry, { type: 'collected' }>;

export interface CollectContext {
  readonly start: WorkerStart;
  readonly egress: EgressClient;
  readonly masker: Masker;
  readonly journal: Journal;
  /** Environment of the agent's commands, its secrets left out. */
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: () => Readonly<Record<string, string>>;
  readonly sessionId: () => string | null;
}

/** Hands over what an agent made: commits as a bundle, evidence of the check command, documents and the transcript. */
export async function collect(context: CollectContext, command: CollectCommand): Promise<Collected> {
  // Before the check: what a check command commits is not the agent's work.
  const work = await collectWork(context, command.told ?? []);
  const check = command.runCheck ? await runCheck(context) : null;
  const documents = await uploadDeliverables(context, command.deliverables);
  await watchChanges(context.start.paths.checkout, context.environment, context.journal.write);
  return {
    type: 'collected',
    commandId: command.id,
    ...work,
    transcriptBlobId: await uploadTranscript(context),
    ...documents,
    check,
  };
}

async function runCheck({ start, environment, secrets, masker }: CollectContext): Promise<CheckResult | null> {
  if (start.checkCommand === null) return null;
  const result = await runProgram('sh', ['-c', start.checkCommand], {
    cwd: start.paths.checkout,
    env: { ...environment, ...secrets() },
    timeoutMs: start.checkTimeoutMs,
    // Twice what is kept, so that a secret at the cut is whole when it is masked.
    maxOutputBytes: MAX_TEXT_BYTES * 2,
  });
  return {
    command: start.checkCommand,
    exitCode: result.exitCode,
    durationMs: result.durationMs,
    output: tailOf(masker.text(result.output), MAX_TEXT_BYTES),
    timedOut: result.timedOut,
  };
}

async function uploadDeliverables({ start, egress, masker, journal }: CollectContext, paths: readonly string[]) {
  const deliverables: Collected['deliverables'] = [];
  const missingDeliverables: string[] = [];
  for (const path of new Set(paths)) {
    const file = await readDeliverable(start.paths.checkout, path);
    if (file === null) {
      missingDeliverables.push(path);
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
  return { deliverables, missingDeliverables };
}

async function uploadTranscript({ start, egress, masker, sessionId }: CollectContext): Promise<string | null> {
  const session = sessionId();
  const transcript = session === null ? null : await readTranscript(start.paths.home, session);
  return transcript === null ? null : egress.putBytes(Buffer.from(masker.jsonLines(transcript)));
}
