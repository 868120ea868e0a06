import { type RuntimeInfo, subjects } from '@claude-codex/contracts';
import type { ServiceName } from '@claude-codex/contracts/services';
import { type CheckpointStore, createWake, type EventStore } from '@claude-codex/eventing';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import type { Bus } from '@claude-codex/service-kit/bus';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { systemClock } from '@claude-codex/service-kit/clock';
import { serveHealth } from '@claude-codex/service-kit/health';
import { createHttpServer } from '@claude-codex/service-kit/http/server';
import type { Journal } from '@claude-codex/service-kit/journal';
import type { Logger } from '@claude-codex/service-kit/log';
import { connected, type ServiceApp } from '@claude-codex/service-kit/service-app';
import { z } from 'zod';
import { createDirectories } from './checkouts/directories.ts';
import { createHostObjects } from './checkouts/host-objects.ts';
import { MODES, makePrivate } from './checkouts/private-directories.ts';
import { shortPath } from './checkouts/short-path.ts';
import type { AgentManagerSettings } from './config.ts';
import { createGitService } from './git-service/git-service.ts';
import { runDispatcher } from './instances/dispatcher.ts';
import { createFleet } from './instances/fleet.ts';
import { runInstance } from './instances/instance-run.ts';
import { createStarts } from './instances/start-instance.ts';
import { type Hosts, watchHosts } from './reconcile/hosts.ts';
import { holdOwnership } from './reconcile/ownership.ts';
import { startReconciler } from './reconcile/reconciler.ts';
import type { Runtime } from './runtimes/runtime.ts';
import { selectRuntime } from './runtimes/select-runtime.ts';
import { followWorld, worldFile } from './world/follow-world.ts';

export interface AgentManagerDeps {
  store: EventStore;
  checkpoints: CheckpointStore;
  bus: Bus;
  blobs: BlobStore;
  journal: Journal;
  settings: AgentManagerSettings;
  log: Logger;
}

export const NAME = 'agent-manager' satisfies ServiceName;

const DEFAULT_MAX = { process: 4, docker: 8 };

/**
 * Composition root: the only place that knows which adapter stands behind which port. Stopping lets go of the agents;
 * those in containers go on working until a manager comes back.
 */
export function createAgentManagerApp(deps: AgentManagerDeps): ServiceApp {
  const { store, checkpoints, bus, blobs, settings, log } = deps;
  const clock = systemClock;
  /** What was started, last first: stopping goes the other way round. */
  const stops: (() => Promise<unknown> | unknown)[] = [];
  let runtime: Runtime | null = null;

  async function start(): Promise<void> {
    const directories = createDirectories(await shortPath(settings.dataDir));
    const git = createGitService(bus);
    const objects = createHostObjects(directories, git, blobs);
    await makePrivate(directories, MODES.own);
    runtime = await selectRuntime(settings, directories, log);
    const room = createWake(clock);
    const followed = await followWorld({
      store,
      keeps: worldFile(directories, log),
      clock,
      log,
      onChange: (ids) => {
        fleet.wake(ids);
        room.ring();
      },
    });
    stops.push(() => followed.stop());
    const { world } = followed;
    const { managerId, hostId, hostLostAfterMs: lostAfterMs } = settings;
    const hosts = watchHosts({ bus, hostId, managerId, lostAfterMs, clock, log });
    stops.push(() => hosts.stop());
    const parts = { ...deps, runtime, git, objects, directories, followed, world, hosts, room, clock };
    const starts = createStarts({ ...parts, run: (handle, begin) => runInstance(parts, handle, begin) });
    const max = settings.maxAgents ?? DEFAULT_MAX[runtime.name];
    const fleet = createFleet({ ...parts, starts }, max, () => ownership.owns(managerId));
    await followed.caughtUp();

    const ownership = await holdOwnership({
      checkpoints,
      managerId,
      clock,
      log,
      onLost: () => void fleet.detachAll(),
    });
    // Held until no agent is in our hands: given back earlier, another manager would take up what we are about to end.
    stops.push(() => ownership.stop());
    stops.push(() => fleet.stop());
    const reconciler = startReconciler(parts, fleet, ownership);
    stops.push(() => reconciler.stop());
    // What runs is taken up before anything new begins.
    await reconciler.pass();

    const dispatcher = runDispatcher(parts, fleet, room);
    stops.push(() => dispatcher.stop());
    stops.push(...served(runtime, hosts));
    log.info({ runtime: runtime.name, ...fleet.capacity(), managerId, hostId }, 'agent manager is ready');
  }

  function served(runtime: Runtime, hosts: Hosts): (() => void)[] {
    const queue = { queue: 'agent-manager' };
    return [
      serveJson(bus, subjects.manager.runtimeInfo, z.unknown(), () => describe(runtime), queue),
      serveHealth(bus, NAME, () => health(runtime, hosts), queue),
    ];
  }

  async function stop(): Promise<void> {
    for (let stopOne = stops.pop(); stopOne !== undefined; stopOne = stops.pop()) await stopOne();
    await http.close();
  }

  const http = createHttpServer({
    log,
    ready: {
      bus: connected(bus),
      runtime: async () => {
        const info = await runtime?.info();
        if (info?.available !== true) throw new Error(info?.detail ?? 'not started');
      },
    },
  });
  return { http, start, stop };
}

async function describe(runtime: Runtime): Promise<RuntimeInfo> {
  const { name, label, isolated, exposure } = await runtime.info();
  return { name, label, isolated, exposure };
}

/** Of this manager's engine; which hosts there are, where there are several. */
async function health(runtime: Runtime, hosts: Hosts): Promise<{ ok: boolean; detail: string }> {
  const { available, label, detail } = await runtime.info();
  const others = hosts.describe();
  return { ok: available, detail: `${label}: ${detail}${others.includes(', ') ? `; hosts: ${others}` : ''}` };
}
