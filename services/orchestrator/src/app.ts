import type { ServiceName } from '@claude-codex/contracts/services';
import { type CheckpointStore, type EventStore, runProcessManager } from '@claude-codex/eventing';
import type { Bus } from '@claude-codex/service-kit/bus';
import { systemClock } from '@claude-codex/service-kit/clock';
import { serveHealth } from '@claude-codex/service-kit/health';
import { createHttpServer } from '@claude-codex/service-kit/http/server';
import type { Logger } from '@claude-codex/service-kit/log';
import { connected, type ServiceApp } from '@claude-codex/service-kit/service-app';
import { lookAfterQuestions } from './questions/index.ts';
import { createTaskFlow } from './task-flow/index.ts';

export interface OrchestratorDeps {
  store: EventStore;
  checkpoints: CheckpointStore;
  bus: Bus;
  /** The owner of this process's leases. */
  owner: string;
  /** Where it keeps what it knows of the log; may be emptied while it does not run. */
  directory: string;
  log: Logger;
}

export const NAME = 'orchestrator' satisfies ServiceName;

/** A crashed one keeps the others waiting no longer than this. */
const LEASE_MS = 5_000;

/** Turns events into commands: what follows from what, for tasks and questions. It needs the log and nothing else. */
export function createOrchestratorApp({
  store,
  checkpoints,
  bus,
  owner,
  directory,
  log,
}: OrchestratorDeps): ServiceApp {
  const clock = systemClock;
  const stops: (() => Promise<unknown> | unknown)[] = [];
  const http = createHttpServer({
    log,
    ready: { bus: connected(bus) },
  });

  return {
    http,
    async start() {
      const manager = createTaskFlow({ store, log });
      const flow = runProcessManager({ store, checkpoints, manager, owner, clock, log, leaseMs: LEASE_MS });
      const questions = lookAfterQuestions({ store, directory, clock, log });
      const detail = 'Moves tasks and questions on';
      const unserve = serveHealth(bus, NAME, () => ({ ok: true, detail }), { queue: NAME });
      stops.push(
        unserve,
        () => questions.stop(),
        () => flow.stop(),
      );
    },
    async stop() {
      for (const stop of stops.splice(0)) await stop();
      await http.close();
    },
  };
}
