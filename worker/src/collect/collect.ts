import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckResult, JournalEntry, WorkerCommand, WorkerStart } from '@claude-codex/contracts/worker/protocol';
import type { EgressClient } from '../egress-client.ts';
import type { Journal } from '../journal/journal.ts';
import type { Masker } from '../journal/masker.ts';
import { MAX_TEXT_BYTES, tailOf } from '../journal/truncate.ts';
import { runProgram } from '../processes/run.ts';
import { commitWork } from './commit.ts';
import { readDeliverable } from './deliverables.ts';
import { createGit, type Git } from './git.ts';
import { readTranscript } from './transcript.ts';

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
  const { start } = context;
  const git = createGit(start.paths.checkout, context.environment);
  const head = await commitWork(git, start.branch, start.baseSha, `Work in progress of ${start.instanceName}`);
  if (head.problem !== null) context.journal.write({ type: 'warning', code: 'BRANCH_LEFT', detail: head.problem });
  const check = command.runCheck ? await runCheck(context) : null;
  const bundleBlobId = head.commits === 0 ? null : await uploadBundle(context, git);
  const documents = await uploadDeliverables(context, command.deliverables);
  return {
    type: 'collected',
    commandId: command.id,
    headSha: head.sha,
    commits: head.commits,
    bundleBlobId,
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

async function uploadBundle({ start, egress, masker, journal }: CollectContext, git: Git): Promise<string> {
  const patch = await git(
    'log',
    '-p',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    `${start.baseSha}..refs/heads/${start.branch}`,
  );
  if (masker.finds(patch)) {
    journal.write({
      type: 'warning',
      code: 'SECRET_IN_COMMIT',
      detail: 'a secret value is in the commits of this branch',
    });
  }
  const folder = await mkdtemp(join(tmpdir(), 'codex-bundle-'));
  try {
    const file = join(folder, 'work.bundle');
    await git('bundle', 'create', '--quiet', file, `refs/heads/${start.branch}`, `^${start.baseSha}`);
    return await egress.putFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
