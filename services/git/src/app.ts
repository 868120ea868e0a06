import type { ServiceName } from '@claude-codex/contracts/services';
import { type CheckpointStore, type EventStore, type ProcessManager, runProcessManager } from '@claude-codex/eventing';
import { forgesOf } from '@claude-codex/forges/forge';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import type { Bus } from '@claude-codex/service-kit/bus';
import { systemClock } from '@claude-codex/service-kit/clock';
import { serveHealth } from '@claude-codex/service-kit/health';
import { createHttpServer } from '@claude-codex/service-kit/http/server';
import type { JobQueue } from '@claude-codex/service-kit/jobs';
import type { Logger } from '@claude-codex/service-kit/log';
import { connected, type ServiceApp } from '@claude-codex/service-kit/service-app';
import type { GitSettings } from './config.ts';
import { createDirectories, makePrivate } from './directories.ts';
import { createLocalForge } from './forges/local/local-forge.ts';
import { createMergeProcess, workMergeJobs } from './merge/merge-jobs.ts';
import { createMirrors } from './mirrors/mirrors.ts';
import { createRepositoryProcess, workRepositoryJobs } from './repositories/mirror-jobs.ts';
import { createGivenPacks } from './requests/given-packs.ts';
import { serveRequests } from './requests/serve.ts';
import { forgeLogin } from './sources/forge-login.ts';
import { createGitNetwork } from './sources/network.ts';
import type { SourceSettings } from './sources/source-access.ts';
import { createThreadProcess } from './threads/carry-over.ts';
import { followUnfinished } from './unfinished/follow-unfinished.ts';

export interface GitDeps {
  store: EventStore;
  checkpoints: CheckpointStore;
  bus: Bus;
  /** May be wiped at any time: what was asked for stands in the log. */
  jobs: JobQueue;
  blobs: BlobStore;
  settings: GitSettings;
  log: Logger;
}

export const NAME = 'git' satisfies ServiceName;

/** A crashed one keeps the others waiting no longer than this. */
const LEASE_MS = 5_000;
const LOOK_MS = 2_000;
/** Work that jobs should have begun by now. */
const OVERDUE_MS = 10_000;

/** The only one that runs git on repositories and reaches them: mirrors, diffs, merges, and what hosts need for a checkout. */
export function createGitApp({ store, checkpoints, bus, jobs, blobs, settings, log }: GitDeps): ServiceApp {
  const clock = systemClock;
  /** What was started, last first: stopping goes the other way round. */
  const stops: (() => Promise<unknown> | unknown)[] = [];
  const http = createHttpServer({
    log,
    ready: { bus: connected(bus) },
  });

  async function start(): Promise<void> {
    const directories = createDirectories(settings.dataDir);
    await makePrivate(directories);
    const { sshKey: key, sshKnownHosts: knownHosts } = settings;
    const ssh = { key, knownHosts, metHosts: directories.metHosts };
    const network = createGitNetwork(settings.outgoing, settings.network, ssh, log);
    stops.push(() => network.stop());
    const { samplePath, dataDir, bundleMaxBytes } = settings;
    const login: SourceSettings['login'] = (source) => forgeLogin(bus, source);
    const sources = { samplePath, dataDir, temporary: directories.temporary, network: network.variables, login };
    const mirrors = createMirrors(directories, sources);
    const packs = createGivenPacks(directories.packs, blobs);
    const parts = { store, bus, blobs, mirrors, packs, directories, sources, bundleMaxBytes, log };

    const forges = forgesOf([createLocalForge(parts, sources)]);
    const followed = followUnfinished({ store, forges, directories, clock, log });
    stops.push(() => followed.stop());
    const workers = [workRepositoryJobs(parts, jobs), workMergeJobs({ actor: NAME, store, forges, log }, jobs)];
    stops.push(() => Promise.all(workers.map((worker) => worker.stop())));
    stops.push(running(createRepositoryProcess({ jobs })), running(createMergeProcess({ jobs })));
    stops.push(running(createThreadProcess({ actor: NAME, store, mirrors, log })));
    stops.push(
      every(LOOK_MS, async () => {
        await followed.caughtUp();
        await followed.known?.enqueueLost(jobs, clock.now(), OVERDUE_MS);
        await packs.clear(clock.now());
      }),
    );
    stops.push(serveRequests(parts));
    const detail = 'Reaches repositories, merges and compares';
    stops.push(serveHealth(bus, NAME, () => ({ ok: true, detail }), { queue: NAME }));
  }

  function running(manager: ProcessManager): () => Promise<void> {
    const { owner } = settings;
    const runner = runProcessManager({ store, checkpoints, manager, owner, clock, log, leaseMs: LEASE_MS });
    return () => runner.stop();
  }

  function every(ms: number, look: () => Promise<void>): () => Promise<void> {
    const stopping = new AbortController();
    const looking = (async () => {
      while (!stopping.signal.aborted) {
        await look().catch((error: unknown) => log.warn({ err: error }, 'looking for lost work failed; will retry'));
        await clock.sleep(ms, stopping.signal);
      }
    })();
    return async () => {
      stopping.abort();
      await looking;
    };
  }

  return {
    http,
    start,
    async stop() {
      for (let stopOne = stops.pop(); stopOne !== undefined; stopOne = stops.pop()) await stopOne();
      await http.close();
    },
  };
}
