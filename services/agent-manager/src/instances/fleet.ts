import { availableParallelism } from 'node:os';
import type { Clock, Log, Wake } from '@claude-codex/eventing';
import type { Runtime, RuntimeHandle } from '../runtimes/runtime.ts';
import type { InstanceRun } from './instance-run.ts';
import type { Starts } from './start-instance.ts';

export interface FleetParts {
  readonly starts: Starts;
  readonly runtime: Pick<Runtime, 'outlivesManager' | 'stop'>;
  /** Rung when an agent ended: there may be room for another one. */
  readonly room: Pick<Wake, 'ring'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

export interface Fleet {
  /** Whether one more may be begun now, and why not. */
  place(): Place;
  /** Begins an instance that waits; resolves when its worker runs, or its stream says why not. */
  start(instanceId: string): Promise<void>;
  /** Goes on with the start of this epoch that a crash cut short. */
  resumeStart(instanceId: string, epoch: number): Promise<void>;
  adopt(handle: RuntimeHandle): void;
  run(instanceId: string): InstanceRun | undefined;
  runs(): readonly InstanceRun[];
  /** True while this manager starts or runs it. */
  has(instanceId: string): boolean;
  wake(instanceIds: Iterable<string>): void;
  capacity(): { busy: number; max: number; alive: number };
  /** Lets go of every worker: another manager has them now. They are adopted again when we get them back. */
  detachAll(): Promise<void>;
  /** Lets go of every worker for good: they go on, or end now where they could not outlive us. */
  stop(): Promise<void>;
}

export type Place =
  | 'free'
  /** As many starts are under way as the machine can carry: soon. */
  | 'starting'
  /** As many agents work as may. */
  | 'no_room'
  /** As many agents are there as may be, and some of them wait for people. */
  | 'places_kept'
  /** This manager may take nothing now. */
  | 'elsewhere';

/** Idle agents hold memory but no processor: so many times the number of working ones may be there. */
const ALIVE_FACTOR = 4;
/** A checkout, a container and the first second of Claude Code keep a processor busy: more at once only make each late. */
const MAX_STARTS = availableParallelism();
/** One that has not begun to work after this is counted as working, not as starting. */
const START_MS = 30_000;
const GO_ON = 'agents go on in their containers until a manager comes back; npm run down ends them';
/** What an agent has to end itself in when its manager stops. */
const STOP_GRACE_MS = 3_000;

/**
 * The instances this manager runs, and whether there is room for more. `mayClaim` is false while another manager holds our
 * lease: what we claimed then would be taken for the other one's.
 */
export function createFleet(parts: FleetParts, maxBusy: number, mayClaim: () => boolean): Fleet {
  const runs = new Map<string, InstanceRun>();
  const starting = new Map<string, Promise<void>>();
  let stopped = false;

  function busy(): number {
    return starting.size + [...runs.values()].filter((run) => run.busy()).length;
  }

  function starts(): number {
    const before = parts.clock.now() - START_MS;
    return starting.size + [...runs.values()].filter((run) => !run.begun() && run.since > before).length;
  }

  function place(): Place {
    if (stopped || !mayClaim()) return 'elsewhere';
    if (busy() >= maxBusy) return 'no_room';
    if (runs.size + starting.size >= maxBusy * ALIVE_FACTOR) return 'places_kept';
    return starts() >= MAX_STARTS ? 'starting' : 'free';
  }

  function keep(run: InstanceRun): void {
    runs.set(run.instanceId, run);
    void run.over.then(() => {
      if (runs.get(run.instanceId) === run) runs.delete(run.instanceId);
      parts.room.ring();
    });
  }

  /** One start per instance at a time: the dispatcher and the reconciler may both ask for it. */
  async function once(instanceId: string, begin: () => Promise<InstanceRun | null>): Promise<void> {
    const work = (async () => {
      const run = await begin();
      if (run !== null) keep(run);
    })();
    starting.set(instanceId, work);
    try {
      await work;
    } finally {
      starting.delete(instanceId);
    }
  }

  async function detachAll(): Promise<void> {
    await Promise.all([...runs.values()].map((run) => run.detach()));
  }

  async function endAll(handles: readonly RuntimeHandle[]): Promise<void> {
    const ends = await Promise.allSettled(handles.map((handle) => parts.runtime.stop(handle, STOP_GRACE_MS)));
    for (const end of ends) if (end.status === 'rejected') parts.log.error({ err: end.reason }, 'an agent did not end');
    if (handles.length > 0) parts.log.info({ agents: handles.length }, 'agents ended with the server');
  }

  return {
    detachAll,
    place,
    async start(instanceId) {
      if (stopped || runs.has(instanceId) || starting.has(instanceId)) return;
      await once(instanceId, () => parts.starts.begin(instanceId));
    },
    async resumeStart(instanceId, epoch) {
      if (stopped || runs.has(instanceId) || starting.has(instanceId)) return;
      await once(instanceId, () => parts.starts.goOn(instanceId, epoch));
    },
    adopt(handle) {
      if (!stopped && !runs.has(handle.instanceId) && !starting.has(handle.instanceId))
        keep(parts.starts.adopt(handle));
    },
    run: (instanceId) => runs.get(instanceId),
    runs: () => [...runs.values()],
    has: (instanceId) => runs.has(instanceId) || starting.has(instanceId),
    wake(instanceIds) {
      for (const instanceId of instanceIds) runs.get(instanceId)?.wake();
    },
    capacity: () => ({ busy: busy(), max: maxBusy, alive: runs.size }),
    async stop() {
      stopped = true;
      // What was just starting is an agent like any other by then.
      await Promise.allSettled(starting.values());
      const handles = [...runs.values()].map(({ handle }) => handle);
      await detachAll();
      // Left alone they would end by themselves seconds later, when everybody thinks that the server is gone.
      if (!parts.runtime.outlivesManager) await endAll(handles);
      else if (handles.length > 0) parts.log.warn({ agents: handles.length }, GO_ON);
    },
  };
}
