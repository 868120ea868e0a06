import type { CheckEvidence } from '@claude-codex/contracts';
import { cutText } from '@claude-codex/contracts/text';
import { createMasker } from '@claude-codex/contracts/worker/masker';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import { reasonOf } from '@claude-codex/service-kit/operator-error';
import type { HostObjects } from '../checkouts/host-objects.ts';
import { missingDependencies } from '../checkouts/missing-dependencies.ts';
import { checkOutCommit } from '../checkouts/prepare-checkout.ts';
import type { AgentManagerSettings } from '../config.ts';
import type { CheckOutcome, CheckSpec } from '../runtimes/check.ts';
import type { Places } from '../runtimes/places.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import type { Submission, WorldInstance } from '../world/world.ts';
import type { OpeningValues, Waiting } from './ports.ts';
import type { RunState } from './run-state.ts';
import { secretsFor } from './worker-start.ts';

/** To run a check on a commit, with the values people gave. */
export type Checking = OpeningValues &
  Waiting & {
    readonly objects: Pick<HostObjects, 'withCommits'>;
    readonly blobs: Pick<BlobStore, 'put'>;
    readonly runtime: Pick<Runtime, 'check' | 'checksIn'> & { readonly places: Pick<Places, 'checkoutForCheck'> };
    readonly settings: Pick<AgentManagerSettings, 'checkTimeoutMs'>;
  };

const MAX_OUTPUT_BYTES = 64 * 1024;
const LOOK_MS = 1_000;
const ATTEMPTS = 3;
const RETRY_MS = 2_000;

export interface Checked {
  /** Null when the repository has no check. */
  readonly check: CheckEvidence | null;
  /** What a reviewer has to know beside a red check: reasons that lie in the place and not in the work. */
  readonly notices: readonly string[];
}

/**
 * Runs the repository's check on the commit that was handed over, as it came out of the bundle: in a checkout, a home and
 * a container (or process) made for this one run. What the agent did to its own surroundings, or does to its checkout
 * meanwhile, has no part in it. Rejects when nobody waits for it any more.
 */
export async function runCheck(
  parts: Checking,
  run: RunState,
  instance: WorldInstance,
  { submission, headSha }: { submission: Submission; headSha: string },
): Promise<Checked> {
  const { repositoryId } = instance.state;
  const command = parts.world.repositories.get(repositoryId)?.checkCommand ?? null;
  if (command === null) return { check: null, notices: [] };
  const values = await secretsFor(parts, instance);
  const { settings } = parts;
  const gitDir = await parts.objects.withCommits(repositoryId, [headSha]);
  const checkout = await parts.runtime.places.checkoutForCheck((directory) =>
    checkOutCommit(gitDir, directory, { branch: 'codex-check', sha: headSha }),
  );
  const unwanted = watchForUnwanted(parts, instance.id, submission);
  try {
    // Twice what is kept, so that a value at the cut is whole when it is masked.
    const limits = { timeoutMs: settings.checkTimeoutMs, maxOutputBytes: MAX_OUTPUT_BYTES * 2 };
    const signal = AbortSignal.any([run.letGo, unwanted.signal]);
    const outcome = await persistently(parts, { checkoutId: checkout.id, command, values, ...limits }, signal);
    const { exitCode, timedOut, durationMs, where } = outcome;
    const notice = exitCode === 0 ? null : (outcome.problem ?? (await missingDependencies(checkout)));
    const output = masked(outcome.output, Object.values(values));
    const { blobId } = await parts.blobs.put(output, { maxBytes: output.byteLength });
    const check = { command, exitCode, timedOut, durationMs, where, outputBlobId: blobId };
    return { check, notices: notice === null ? [] : [notice] };
  } finally {
    unwanted.stop();
    await checkout.remove();
  }
}

/** The engine may be away for a moment. A check that cannot be run at all is evidence too: nobody waits for it for ever. */
async function persistently(
  { runtime, clock, log }: Pick<Checking, 'runtime' | 'clock' | 'log'>,
  spec: CheckSpec,
  signal: AbortSignal,
): Promise<CheckOutcome & { problem?: string }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runtime.check(spec, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      log.warn({ err: error, attempt }, 'a check could not be run');
      if (attempt === ATTEMPTS) {
        const problem = cutText(`The check could not be run: ${reasonOf(error)}`, 500);
        return { exitCode: null, timedOut: false, durationMs: 0, output: problem, where: runtime.checksIn, problem };
      }
      await clock.sleep(RETRY_MS, signal);
    }
  }
}

function masked(output: string, values: readonly string[]): Buffer {
  const masker = createMasker();
  for (const value of values) masker.add(value);
  return Buffer.from(masker.text(output)).subarray(-MAX_OUTPUT_BYTES);
}

/** A check may take its quarter of an hour; one for a hand-over that was cancelled meanwhile ends at once. */
function watchForUnwanted({ world }: Pick<Checking, 'world'>, instanceId: string, { eventId }: Submission) {
  const unwanted = new AbortController();
  const timer = setInterval(() => {
    if (world.instances.get(instanceId)?.submission?.eventId === eventId) return;
    unwanted.abort(new CheckUnwanted());
  }, LOOK_MS);
  return { signal: unwanted.signal, stop: () => clearInterval(timer) };
}

/** The hand-over was withdrawn while its check ran. */
export class CheckUnwanted extends Error {
  constructor() {
    super('nobody waits for this check any more');
    this.name = 'CheckUnwanted';
  }
}
