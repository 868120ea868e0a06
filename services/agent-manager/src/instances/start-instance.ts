import { MAX_LOSSES } from '@claude-codex/domain';
import { DomainError } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { CheckoutRecord } from '../checkouts/checkout-record.ts';
import { type CheckoutSource, prepareCheckout } from '../checkouts/prepare-checkout.ts';
import type { AgentManagerSettings } from '../config.ts';
import { GitRefused } from '../git-service/git-service.ts';
import { holdBack } from '../reconcile/hold-back.ts';
import type { HoldingBack } from '../reconcile/ports.ts';
import {
  type Runtime,
  type RuntimeConnection,
  type RuntimeHandle,
  RuntimeNameTaken,
  workerName,
} from '../runtimes/runtime.ts';
import { shouldRun, type WorldInstance } from '../world/world-instance.ts';
import { commandInstance } from './commands.ts';
import { openEgress } from './egress.ts';
import type { InstanceRun } from './instance-run.ts';
import { type Missing, type OwnDisk, startFault } from './needs.ts';
import type { CatchingUp, Doors, Recording } from './ports.ts';
import { mayResume, type RestoringSessions, restoreSession } from './restore-session.ts';
import { type WorkerStarting, workerStart } from './worker-start.ts';

/** To begin the epoch of an instance: all but what its run needs, which is `run`'s business. */
export type Starting = CatchingUp &
  Doors &
  HoldingBack &
  OwnDisk &
  RestoringSessions &
  WorkerStarting &
  CheckoutSource & {
    readonly runtime: Pick<Runtime, 'info' | 'list' | 'name' | 'start'>;
    readonly settings: Pick<AgentManagerSettings, 'managerId'>;
    /** Looks after a worker that is there; `begin` sends its start command. */
    run(handle: RuntimeHandle, begin: (send: RuntimeConnection['send']) => Promise<void>): InstanceRun;
  };

export interface Starts {
  /**
   * Null when another manager was faster, when there is nothing to start, or when it cannot be started and its stream
   * says why.
   */
  begin(instanceId: string): Promise<InstanceRun | null>;
  /** Goes on with the start of this epoch, which was cut short. Null also when it is another one's turn by now. */
  goOn(instanceId: string, epoch: number): Promise<InstanceRun | null>;
  /** Looks after a worker that is there, started by a manager before us. */
  adopt(handle: RuntimeHandle): InstanceRun;
}

/** The ways in which a run comes about. */
export function createStarts(parts: Starting): Starts {
  return {
    begin: (instanceId) => startInstance(parts, instanceId),
    goOn: (instanceId, epoch) => continueStart(parts, instanceId, epoch),
    adopt: (handle) => adopt(parts, handle),
  };
}

/**
 * Takes the next epoch of an instance and starts its worker: claim (the compare-and-set on its stream is the fence),
 * checkout, door, worker. Null when another manager was faster, when there is nothing to start, or when it cannot be
 * started and its stream says why. A manager killed at any step goes on from `continueStart`.
 */
async function startInstance(parts: Starting, instanceId: string): Promise<InstanceRun | null> {
  await parts.followed.caughtUp();
  const instance = parts.world.instances.get(instanceId);
  if (instance === undefined || !shouldRun(instance, parts.world.openPhase(instance) !== null)) return null;
  if (instance.state.status !== 'queued' && instance.state.status !== 'lost') return null;
  // Counted now: what the log says next is another manager's claim, not one to outbid.
  const epoch = instance.state.epoch + 1;
  if (instance.losses >= MAX_LOSSES) {
    const detail = `It was started ${MAX_LOSSES} times and ended each time. The last reason: ${instance.loss?.reason ?? 'unknown'}`;
    await fail(parts, instance, 'INSTANCE_KEEPS_ENDING', detail);
    return null;
  }
  const exposure = await exposureNotAllowed(parts, instance);
  if (exposure !== null) {
    const detail = `There is no sandbox here, and nobody agreed that an agent can read ${exposure}.`;
    await fail(parts, instance, 'AGENTS_NOT_SANDBOXED', detail);
    return null;
  }
  return (await claim(parts, instance, epoch)) ? continueStart(parts, instanceId, epoch) : null;
}

/** The gateway asks a person before; this holds also for what starts by itself, and for what was agreed to and revoked. */
async function exposureNotAllowed(
  parts: Pick<Starting, 'runtime' | 'world'>,
  { workspaceId }: WorldInstance,
): Promise<string | null> {
  const { isolated, exposure } = await parts.runtime.info();
  if (isolated || parts.world.exposures.get(workspaceId) === exposure) return null;
  return exposure;
}

async function claim(parts: Starting, instance: WorldInstance, epoch: number): Promise<boolean> {
  const { managerId, hostId } = parts.settings;
  const command = {
    type: 'StartEpoch' as const,
    epoch,
    managerId,
    hostId,
    runtime: parts.runtime.name,
    resumeSessionId: sessionToResume(instance),
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
function sessionToResume({ state, loss }: WorldInstance): string | null {
  return loss?.cause === 'session_missing' ? null : state.sessionId;
}

/** From the claim to the running worker. Every step may be repeated after a crash in between. */
async function continueStart(parts: Starting, instanceId: string, epoch: number): Promise<InstanceRun | null> {
  const instance = parts.world.instances.get(instanceId);
  // Taken for dead meanwhile, another manager may have begun the next epoch: its checkout, door and worker are not ours.
  const isOurs = () => instance?.state.epoch === epoch && instance.state.status !== 'lost';
  if (instance === undefined || !isOurs()) return null;
  try {
    const checkout = await checkoutFor(parts, instance);
    const sessionId = sessionToResume(instance);
    if (sessionId !== null) await restoreSession(parts, instance, sessionId);
    if (!isOurs()) return null;
    await openEgress(parts, instance);
    const handle = await startWorker(parts, instance);
    return adopt(parts, handle, checkout);
  } catch (error) {
    const fault = startFault(error, parts);
    const fields = { err: error, instanceId, epoch };
    parts.log.warn(
      { ...fields, fault: fault.kind === 'passing' ? fault.cause : fault.kind },
      'an agent could not be started',
    );
    if (!isOurs()) return null;
    // It stays as it is, starting; the reconciler goes on with it.
    if (fault.kind === 'log_away') throw error;
    if (fault.kind === 'final') await fail(parts, instance, fault.code, fault.detail);
    else await lost(parts, instance, fault);
    // Tried again and again, it would otherwise look like work that is about to begin.
    if (fault.kind === 'passing') await holdBack(parts, instance.state.taskId, fault);
    return null;
  }
}

/** Looks after a worker that is there, started now or by a manager before us. */
function adopt(parts: Starting, handle: RuntimeHandle, known?: CheckoutRecord): InstanceRun {
  return parts.run(handle, async (send) => {
    const instance = parts.world.instances.get(handle.instanceId);
    if (instance === undefined) return;
    const checkout = known ?? (await checkoutFor(parts, instance));
    const sessionId = (await mayResume(parts, instance.id)) ? sessionToResume(instance) : null;
    await send(await workerStart(parts, instance, checkout, sessionId));
  });
}

async function checkoutFor(parts: Starting, instance: WorldInstance): Promise<CheckoutRecord> {
  const { repositoryId, branch, baseBranch, epoch } = instance.state;
  if (!parts.world.repositories.has(repositoryId)) {
    throw new GitRefused('REPOSITORY_NOT_FOUND', 'The repository is not connected.');
  }
  const places = parts.runtime.places.instance(instance.id);
  const epochs = { now: epoch, since: instance.host.since };
  return prepareCheckout(parts, { repositoryId, branch, baseBranch, epochs, places });
}

async function startWorker(
  { runtime }: Pick<Starting, 'runtime'>,
  { id, state }: WorldInstance,
): Promise<RuntimeHandle> {
  const worker = { instanceId: id, epoch: state.epoch };
  try {
    return await runtime.start(worker);
  } catch (error) {
    if (!(error instanceof RuntimeNameTaken)) throw error;
    const found = (await runtime.list()).find(({ name }) => name === workerName(worker));
    if (found === undefined) throw error;
    return found;
  }
}

async function fail(parts: Recording, instance: WorldInstance, code: string, detail: string): Promise<void> {
  const commandId = idFrom('start-failed', instance.id, instance.state.epoch);
  await commandInstance(parts, instance, { type: 'FailInstance', code, detail }, { commandId });
}

async function lost(parts: Recording, instance: WorldInstance, { cause, detail }: Missing): Promise<void> {
  const { epoch } = instance.state;
  const commandId = idFrom('lost', instance.id, epoch);
  await commandInstance(parts, instance, { type: 'ReportLost', epoch, reason: detail, cause }, { commandId });
}
