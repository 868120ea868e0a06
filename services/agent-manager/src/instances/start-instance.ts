import { isInstanceEnded } from '@claude-codex/domain';
import { DomainError } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit/ids';
import { type CheckoutRecord, prepareCheckout } from '../checkouts/prepare-checkout.ts';
import { SourceUnavailable } from '../checkouts/source-access.ts';
import { type RuntimeHandle, RuntimeNameTaken, workerName } from '../runtimes/runtime.ts';
import type { World, WorldInstance } from '../world/world.ts';
import { commandInstance } from './commands.ts';
import { openEgress } from './egress.ts';
import { type InstanceRun, runInstance } from './instance-run.ts';
import { type ManagerParts, specOf } from './parts.ts';
import { workerStart } from './worker-start.ts';

/** Starts in a row without a sign of work, after which a person has to look. */
const MAX_LOSSES = 5;

/**
 * Whether an instance should have a worker: one that handed its work over and lost its worker meanwhile gets a new one
 * when there is something to tell it.
 */
export function shouldRun(instance: WorldInstance): boolean {
  const { state } = instance;
  if (isInstanceEnded(state) || state.paused) return false;
  if (state.status !== 'lost') return true;
  return !instance.handedOver || state.pending.length > 0;
}

/**
 * Takes the next epoch of an instance and starts its worker: claim (the compare-and-set on its stream is the fence),
 * checkout, door, worker. Null when another manager was faster, when there is nothing to start, or when it cannot be
 * started and its stream says why. A manager killed at any step goes on from `continueStart`.
 */
export async function startInstance(parts: ManagerParts, instanceId: string): Promise<InstanceRun | null> {
  await parts.followed.caughtUp();
  const instance = parts.world.instances.get(instanceId);
  if (instance === undefined || !shouldRun(instance)) return null;
  if (instance.state.status !== 'queued' && instance.state.status !== 'lost') return null;
  if (instance.losses >= MAX_LOSSES) {
    const detail = `It was started ${MAX_LOSSES} times and ended each time. The last reason: ${instance.lostReason ?? 'unknown'}`;
    await fail(parts, instance, 'INSTANCE_KEEPS_ENDING', detail);
    return null;
  }
  return (await claim(parts, instance)) ? continueStart(parts, instanceId) : null;
}

async function claim(parts: ManagerParts, instance: WorldInstance): Promise<boolean> {
  const epoch = instance.state.epoch + 1;
  const managerId = parts.settings.managerId;
  const command = {
    type: 'StartEpoch' as const,
    epoch,
    managerId,
    runtime: parts.runtime.name,
    resumeSessionId: sessionToResume(parts.world, instance),
  };
  try {
    return await commandInstance(parts, instance, command, {
      commandId: idFrom('epoch', instance.id, epoch, managerId),
    });
  } catch (error) {
    if (error instanceof DomainError && error.code === 'INSTANCE_FENCED') return false;
    throw error;
  }
}

/** A session whose transcript is not there cannot be continued: the work in the checkout and mirror still is. */
function sessionToResume(_world: World, { state, lostReason }: WorldInstance): string | null {
  return lostReason?.startsWith('preflight resume') === true ? null : state.sessionId;
}

/** From the claim to the running worker. Every step may be repeated after a crash in between. */
export async function continueStart(parts: ManagerParts, instanceId: string): Promise<InstanceRun | null> {
  const instance = parts.world.instances.get(instanceId);
  if (instance === undefined) return null;
  try {
    const checkout = await checkoutFor(parts, instance);
    await openEgress(parts, instance);
    const handle = await startWorker(parts, instance);
    return adopt(parts, handle, checkout);
  } catch (error) {
    const { code, message } = describe(error);
    parts.log.warn({ err: error, instanceId, epoch: instance.state.epoch }, 'an agent could not be started');
    if (code !== null) await fail(parts, instance, code, message);
    else await lost(parts, instance, `it could not be started: ${message}`);
    return null;
  }
}

/** Looks after a worker that is there, started now or by a manager before us. */
export function adopt(parts: ManagerParts, handle: RuntimeHandle, known?: CheckoutRecord): InstanceRun {
  return runInstance(parts, handle, async (send) => {
    const instance = parts.world.instances.get(handle.instanceId);
    if (instance === undefined) return;
    const checkout = known ?? (await checkoutFor(parts, instance));
    await send(await workerStart(parts, instance, checkout, sessionToResume(parts.world, instance)));
  });
}

async function checkoutFor(parts: ManagerParts, instance: WorldInstance): Promise<CheckoutRecord> {
  const { repositoryId, branch, baseBranch, epoch } = instance.state;
  const repository = parts.world.repositories.get(repositoryId);
  if (repository === undefined) throw new SourceUnavailable('REPOSITORY_NOT_FOUND', 'The repository is not connected.');
  const mirrored = (await parts.mirrors.sourceHead(repositoryId, baseBranch)) !== null;
  try {
    if (epoch === 1 || !mirrored) await parts.mirrors.refresh(repositoryId, repository.source);
  } catch (error) {
    // Work can start from what is mirrored; the merge will bring it together with what is new.
    if (!mirrored) throw error;
    parts.log.warn({ err: error, repositoryId }, 'the source could not be read; starting from the mirror');
  }
  const directories = parts.directories.instance(instance.id);
  return prepareCheckout(parts.mirrors, { repositoryId, branch, baseBranch, directories, owner: parts.runtime.owner });
}

async function startWorker(parts: ManagerParts, { id, state }: WorldInstance): Promise<RuntimeHandle> {
  const spec = specOf(parts, { instanceId: id, epoch: state.epoch });
  try {
    return await parts.runtime.start(spec);
  } catch (error) {
    if (!(error instanceof RuntimeNameTaken)) throw error;
    const found = (await parts.runtime.list()).find(({ name }) => name === workerName(spec));
    if (found === undefined) throw error;
    return found;
  }
}

async function fail(parts: ManagerParts, instance: WorldInstance, code: string, detail: string): Promise<void> {
  const commandId = idFrom('start-failed', instance.id, instance.state.epoch);
  await commandInstance(parts, instance, { type: 'FailInstance', code, detail }, { commandId });
}

async function lost(parts: ManagerParts, instance: WorldInstance, reason: string): Promise<void> {
  const { epoch } = instance.state;
  const commandId = idFrom('lost', instance.id, epoch);
  await commandInstance(parts, instance, { type: 'ReportLost', epoch, reason }, { commandId });
}

/** Coded errors are final and meant for people; anything else may pass, so the instance is tried again. */
function describe(error: unknown): { code: string | null; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  const coded = error instanceof SourceUnavailable || (error instanceof Error && error.name === 'BaseBranchMissing');
  return { code: coded && 'code' in error && typeof error.code === 'string' ? error.code : null, message };
}
