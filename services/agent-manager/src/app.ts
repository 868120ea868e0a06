import { type RuntimeInfo, subjects } from '@claude-codex/contracts';
import {
  type CheckpointStore,
  createWake,
  type EventStore,
  type ProcessManager,
  runProcessManager,
} from '@claude-codex/eventing';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import type { Bus } from '@claude-codex/service-kit/bus';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { systemClock } from '@claude-codex/service-kit/clock';
import { serveHealth } from '@claude-codex/service-kit/health';
import { createHttpServer, type HttpServer } from '@claude-codex/service-kit/http/server';
import type { JobQueue } from '@claude-codex/service-kit/jobs';
import type { Journal } from '@claude-codex/service-kit/journal';
import type { Logger } from '@claude-codex/service-kit/log';
import { z } from 'zod';
import { createDirectories } from './checkouts/directories.ts';
import { createMirrors } from './checkouts/mirrors.ts';
import { MODES, makePrivate } from './checkouts/private-directories.ts';
import { shortPath } from './checkouts/short-path.ts';
import type { SourceSettings } from './checkouts/source-access.ts';
import type { AgentManagerSettings } from './config.ts';
import { createGitNetwork } from './git/network.ts';
import { runDispatcher } from './instances/dispatcher.ts';
import { createFleet } from './instances/fleet.ts';
import type { ManagerParts } from './instances/parts.ts';
import { createMergeProcess, workMergeJobs } from './merge/merge-jobs.ts';
import { holdOwnership } from './reconcile/ownership.ts';
import { startReconciler } from './reconcile/reconciler.ts';
import { createRepositoryProcess, workRepositoryJobs } from './repositories/mirror-jobs.ts';
import { serveProbe } from './repositories/probe.ts';
import type { Runtime } from './runtimes/runtime.ts';
import { selectRuntime } from './runtimes/select-runtime.ts';
import { followWorld } from './world/follow-world.ts';
import { createWorldFile } from './world/world-file.ts';

export interface AgentManagerDeps {
  store: EventStore;
  checkpoints: CheckpointStore;
  bus: Bus;
  jobs: JobQueue;
  blobs: BlobStore;
  journal: Journal;
  settings: AgentManagerSettings;
  log: Logger;
}

export interface AgentManagerApp {
  http: HttpServer;
  start(): Promise<void>;
  /** Lets go of the agents; those in containers go on working until a manager comes back. */
  stop(): Promise<void>;
}

/** A crashed manager keeps the others waiting no longer than this. */
const LEASE_MS = 5_000;
const DEFAULT_MAX = { process: 4, docker: 8 };

/** Composition root: the only place that knows which adapter stands behind which port. */
export function createAgentManagerApp(deps: AgentManagerDeps): AgentManagerApp {
  const { store, checkpoints, bus, jobs, settings, log } = deps;
  const clock = systemClock;
  /** What was started, last first: stopping goes the other way round. */
  const stops: (() => Promise<unknown> | unknown)[] = [];
  let runtime: Runtime | null = null;

  async function start(): Promise<void> {
    const directories = createDirectories(await shortPath(settings.dataDir));
    const network = createGitNetwork(settings.outgoing, settings.network, log);
    stops.push(() => network.stop());
    const { samplePath, dataDir } = settings;
    const sources = { samplePath, dataDir, temporary: directories.temporary, network: network.variables };
    const mirrors = createMirrors(directories, sources);
    await makePrivate(directories, MODES.own);
    runtime = await selectRuntime(settings, directories, log);
    const room = createWake(clock);
    const followed = await followWorld({
      store,
      file: createWorldFile({ directories, store, log }),
      clock,
      log,
      onChange: (ids) => {
        fleet.wake(ids);
        room.ring();
      },
    });
    stops.push(() => followed.stop());
    const { world } = followed;
    const parts: ManagerParts = { ...deps, runtime, mirrors, directories, followed, world, room, clock };
    const max = settings.maxAgents ?? DEFAULT_MAX[runtime.name];
    const fleet = createFleet(parts, max, () => ownership.owns(settings.managerId));
    stops.push(() => fleet.stop());
    await followed.caughtUp();

    const ownership = await holdOwnership({
      checkpoints,
      managerId: settings.managerId,
      clock,
      log,
      onLost: () => void fleet.detachAll(),
    });
    stops.push(() => ownership.stop());
    const reconciler = startReconciler(parts, fleet, ownership);
    stops.push(() => reconciler.stop());
    // What runs is taken up before anything new begins.
    await reconciler.pass();

    const dispatcher = runDispatcher(parts, fleet, room);
    stops.push(() => dispatcher.stop());
    const workers = [workRepositoryJobs(parts, jobs), workMergeJobs(parts, sources, jobs)];
    stops.push(() => Promise.all(workers.map((worker) => worker.stop())));
    stops.push(...processManagers(parts).map((manager) => running(manager)));
    stops.push(...served(parts, sources));
    log.info({ runtime: runtime.name, ...fleet.capacity(), managerId: settings.managerId }, 'agent manager is ready');
  }

  function processManagers(parts: ManagerParts): ProcessManager[] {
    return [createRepositoryProcess(parts), createMergeProcess(parts)];
  }

  function running(manager: ProcessManager): () => Promise<void> {
    const owner = settings.managerId;
    const runner = runProcessManager({ store, checkpoints, manager, owner, clock, log, leaseMs: LEASE_MS });
    return () => runner.stop();
  }

  function served(parts: ManagerParts, sources: SourceSettings): (() => void)[] {
    const queue = { queue: 'agent-manager' };
    return [
      serveProbe(bus, sources, parts.directories),
      serveJson(bus, subjects.manager.runtimeInfo, z.unknown(), () => describe(parts.runtime), queue),
      serveHealth(bus, 'agent-manager', () => health(parts.runtime), queue),
    ];
  }

  async function stop(): Promise<void> {
    for (let stopOne = stops.pop(); stopOne !== undefined; stopOne = stops.pop()) await stopOne();
    await http.close();
  }

  const http = createHttpServer({
    log,
    ready: {
      bus: () => {
        if (bus.status() !== 'connected') throw new Error('not connected');
      },
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

async function health(runtime: Runtime): Promise<{ ok: boolean; detail: string }> {
  const { available, label, detail } = await runtime.info();
  return { ok: available, detail: `${label}: ${detail}` };
}
