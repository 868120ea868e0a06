import type { LossCause } from '@claude-codex/contracts';
import { A_PERSON, nextStep } from '@claude-codex/domain';
import type { Clock } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit/ids';
import { commandInstance } from '../instances/commands.ts';
import { closeEgress, openEgress } from '../instances/egress.ts';
import type { Fleet } from '../instances/fleet.ts';
import { EGRESS_AWAY } from '../instances/needs.ts';
import type { CatchingUp, Doors } from '../instances/ports.ts';
import { isAway } from '../instances/secrets.ts';
import type { Runtime, RuntimeHandle } from '../runtimes/runtime.ts';
import { SERVER_RESTARTED, type WorldInstance } from '../world/world.ts';
import { type ClearingHomes, createHomeClearing } from './clear-ended.ts';
import { type ClearingRepositories, createRepositoryClearing } from './clear-repositories.ts';
import { createDiskWatch, type WatchingDisk } from './disk-watch.ts';
import { holdBack } from './hold-back.ts';
import type { Ownership } from './ownership.ts';
import type { HoldingBack, HostsPort } from './ports.ts';
import { createWatchdog } from './watchdog.ts';
import { isElsewhere, mayBeginHere } from './where.ts';

/** To compare, and to do what follows from it. */
export type Reconciling = CatchingUp &
  Doors &
  HoldingBack &
  HostsPort &
  WatchingDisk &
  ClearingRepositories & {
    readonly clock: Clock;
    readonly runtime: Pick<Runtime, 'list' | 'remove'> & { readonly places: ClearingHomes['places'] };
  };

export interface Reconciler {
  /** Runs one pass now. */
  pass(): Promise<void>;
  stop(): Promise<void>;
}

const INTERVAL_MS = 2_000;
/** Doors are asked for again every so many passes. */
const DOOR_PASSES = 5;
/** A pass waits for this, and the next one asks again. */
const KEEP_OPEN_MS = 2_000;
/** The watchdog looks every so many passes. */
const WATCH_PASSES = 10;

/** What it did after its last checkpoint is where nothing can be read any more. */
function whatIsSaved({ checkpoint }: WorldInstance): string {
  if (checkpoint === null) return 'Nothing was saved of its work, so it begins again';
  return `It goes on from what was saved at ${new Date(checkpoint.at).toISOString()}; what it did after that is lost`;
}

/**
 * Compares what should run with what runs, again and again, so that nothing depends on having seen an event or kept a
 * queue: adopts workers that are there, reports those that are not, ends those nobody wants, asks for missing starts.
 */
export function startReconciler(
  parts: Reconciling,
  fleet: Omit<Fleet, 'place' | 'start' | 'capacity' | 'detachAll' | 'stop'>,
  ownership: Omit<Ownership, 'stop'>,
): Reconciler {
  const { clock, log, runtime, world, followed } = parts;
  const stopping = new AbortController();
  const clearHomes = createHomeClearing({ ...parts, places: runtime.places });
  const clearRepositories = createRepositoryClearing(parts);
  const watchdog = createWatchdog(parts, fleet);
  const diskWatch = createDiskWatch(parts, fleet);
  let running: Promise<void> = Promise.resolve();
  let passes = 1;

  function pass(): Promise<void> {
    running = running.then(once);
    return running;
  }

  async function once(): Promise<void> {
    if (stopping.signal.aborted) return;
    try {
      // The list first: a worker started after it was taken is not mistaken for a missing one.
      const handles = await runtime.list();
      await followed.caughtUp();
      for (const handle of handles) await settleWorker(handle);
      const there = new Set(handles.map(({ instanceId, epoch }) => `${instanceId}-${epoch}`));
      for (const instance of [...world.instances.values()]) await settleInstance(instance, there);
      await clearRepositories();
      await clearHomes(new Set(handles.map(({ instanceId }) => instanceId)));
      if (passes % WATCH_PASSES === 0) await watchdog.look();
      diskWatch.look();
      const owners = [...world.instances.values()].flatMap(({ state }) => state.managerId ?? []);
      await ownership.keepOnly(new Set(owners));
      passes += 1;
    } catch (error) {
      log.warn({ err: error }, 'reconciling failed; will retry');
    }
  }

  async function settleWorker(handle: RuntimeHandle): Promise<void> {
    const { instanceId, epoch } = handle;
    const instance = world.instances.get(instanceId);
    if (fleet.run(instanceId)?.handle.epoch === epoch) return;
    if (instance === undefined || epoch < instance.state.epoch) {
      log.warn({ worker: handle.name, status: handle.status }, 'a worker nobody wants is removed');
      await runtime.remove(handle);
      await closeEgress(parts, instanceId, epoch);
    } else if (!fleet.has(instanceId) && epoch === instance.state.epoch && (await becomesOurs(instance))) {
      log.info({ worker: handle.name, status: handle.status }, 'a worker is adopted');
      // Its door may have gone with the egress service; without it the agent would only see errors.
      if (handle.status !== 'exited') await openEgress(parts, instance);
      fleet.adopt(handle);
    }
  }

  async function settleInstance(instance: WorldInstance, there: ReadonlySet<string>): Promise<void> {
    const { id, state } = instance;
    if (fleet.has(id)) {
      fleet.wake([id]);
      if (state.status === 'running' && passes % DOOR_PASSES === 0) await keepDoorOpen(instance);
      return;
    }
    // The dispatcher's.
    if (state.status === 'queued' || state.status === 'lost') return;
    if (there.has(`${id}-${state.epoch}`)) return;
    if (isElsewhere(parts, instance)) {
      if (!mayBeginHere(parts, instance)) return;
      await reportLost(instance, 'host_lost', `the host it worked on (${instance.host.id}) does not answer`);
      return;
    }
    if (!(await becomesOurs(instance))) return;
    if (state.status === 'starting') {
      log.info({ instanceId: id, epoch: state.epoch }, 'a start that was cut short goes on');
      void fleet
        .resumeStart(id, state.epoch)
        .catch((error: unknown) => log.warn({ err: error, instanceId: id }, 'a start failed'));
      return;
    }
    await reportLost(instance, 'server_restarted', `${SERVER_RESTARTED} and its worker is gone`);
    await closeEgress(parts, id, state.epoch);
  }

  /** Whoever else finds the same says it with the same id, and in vain. */
  async function reportLost(instance: WorldInstance, cause: LossCause, what: string): Promise<void> {
    const { id, state } = instance;
    const { epoch } = state;
    const hasFiles = (await runtime.places.instance(id).checkoutRecord()) !== null;
    const reason = cause === 'server_restarted' && hasFiles ? what : `${what}. ${whatIsSaved(instance)}`;
    const command = { type: 'ReportLost' as const, epoch, cause, reason };
    await commandInstance(parts, instance, command, { commandId: idFrom('lost', id, epoch) });
  }

  /** A restarted egress service may have forgotten its doors. */
  async function keepDoorOpen(instance: WorldInstance): Promise<void> {
    try {
      await openEgress(parts, instance, KEEP_OPEN_MS);
    } catch (error) {
      log.warn({ err: error, instanceId: instance.id }, 'the door of an agent could not be kept open; will retry');
      if (isAway(error) && !waitsForPerson(instance.state.taskId)) {
        await holdBack(parts, instance.state.taskId, EGRESS_AWAY);
      }
    }
  }

  /** Its agent has nothing to do until somebody decides or answers: what is missing of ours keeps nobody from that. */
  function waitsForPerson(taskId: string): boolean {
    const facts = world.stepFacts(taskId, () => null);
    if (facts === null) return false;
    const step = nextStep({ ...facts, heldBack: null });
    return step.kind === 'waiting' && step.on === A_PERSON;
  }

  /** Ours to look after: claimed by us, or by a manager of this host whose lease has run out. */
  async function becomesOurs({ state: { managerId } }: WorldInstance): Promise<boolean> {
    if (managerId === null) return false;
    if (!ownership.owns(managerId)) await ownership.takeOver(managerId);
    return ownership.owns(managerId);
  }

  const ticking = (async () => {
    while (!stopping.signal.aborted) {
      await pass();
      await clock.sleep(INTERVAL_MS, stopping.signal);
    }
  })();

  return {
    pass,
    async stop() {
      stopping.abort();
      await ticking;
      await running;
    },
  };
}
