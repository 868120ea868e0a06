import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  EVENT_TYPES,
  OpenSecretRequest,
  type Priority,
  type RecordedDomainEvent,
  type RecordedEvent,
  type RememberedValueAnswer,
  RememberedValueRequest,
  SECRET_LOST,
  streamOf,
  subjects,
} from '@claude-codex/contracts';
import { createTask, repositoryDecider } from '@claude-codex/domain';
import {
  createMemoryCheckpoints,
  createMemoryEventStore,
  createSchemaRegistry,
  DomainError,
  type EventStore,
  handleCommand,
  handleTransaction,
} from '@claude-codex/eventing';
import { createGitApp } from '@claude-codex/git';
import { createOrchestratorApp } from '@claude-codex/orchestrator';
import {
  createDirectoryBlobs,
  createDirectoryJournal,
  createInProcessBus,
  createInProcessJobs,
  createLogger,
  idFrom,
  newId,
  serveJson,
} from '@claude-codex/service-kit';
import { sealTo } from '@claude-codex/service-kit/secrets/secret-box';
import { silentLog, waitFor } from '@claude-codex/testing';
import { copySampleRepository } from '@claude-codex/testing/sample-repository';
import { type ModelScript, startScriptedModel } from '@claude-codex/testing/scripted-model';
import { createAgentManagerApp } from '../app.ts';
import type { AgentManagerSettings } from '../config.ts';
import { serveSmallEgress } from '../crash/small-egress.fixture.ts';
import { AGENT_IMAGE } from '../runtimes/docker/agent-image.fixture.ts';

const meta = {
  actor: { kind: 'person' as const, id: 'ada' },
  causedBy: null,
  correlationId: newId(),
  causationId: null,
  workspaceId: newId(),
};
interface HouseSettings {
  readonly workflow?: string;
  readonly checkCommand?: string;
  readonly runtime?: 'process' | 'docker';
  readonly diskBytes?: number;
  readonly sandbox?: AgentManagerSettings['agent']['sandbox'];
}
/** Long enough for a manager to come back. */
const HOST_LOST_AFTER_MS = 10_000;
const closers: (() => Promise<unknown> | unknown)[] = [];

/** For `afterEach`. */
export async function closeHouses(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

/** A manager with real supervisors and the real Claude Code; only the model's words are scripted. No MCP tools. */
export async function openHouse(
  script: ModelScript,
  {
    workflow = 'develop',
    checkCommand = 'exit 3',
    runtime = 'process',
    sandbox = 'auto',
    diskBytes = 10 * 1024 ** 3,
  }: HouseSettings = {},
) {
  const root = mkdtempSync(join(tmpdir(), 'codex-agents-'));
  chmodSync(root, 0o755);
  closers.push(() => rmSync(root, { recursive: true, force: true }));
  const model = await startScriptedModel(script);
  closers.push(() => model.close());
  const samplePath = join(root, 'sample.git');
  await copySampleRepository(samplePath);
  const store = withOwnIds(createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES) }));
  const bus = createInProcessBus();
  const blobs = createDirectoryBlobs(join(root, 'blobs'));
  const journal = createDirectoryJournal(join(root, 'journals'));
  const openEgress = (hostId: string) => {
    const opened = serveSmallEgress(bus, blobs, model.url, hostId);
    closers.push(() => opened.close());
    return opened;
  };
  const egress = openEgress(hostOf(root));
  const hosts = new Set([hostOf(root)]);
  const lostSecretId = newId();
  /** Whoever opens values. Gives a function that takes it away. */
  const serveSecrets = () =>
    serveJson(bus, subjects.secrets.open, OpenSecretRequest, async ({ secretId, publicKey }) => {
      if (secretId === lostSecretId) throw new DomainError(SECRET_LOST);
      return { name: 'THE_KEY', sealed: await sealTo(publicKey, 'canary-value-7') };
    });
  let stopSecrets = serveSecrets();
  /** What the gateway remembers, by name. */
  const remembered = new Map<string, RememberedValueAnswer>();
  closers.push(
    serveJson(
      bus,
      subjects.secrets.remembered,
      RememberedValueRequest,
      async ({ name }) => remembered.get(name) ?? null,
    ),
  );
  const checkpoints = createMemoryCheckpoints();
  const jobs = createInProcessJobs({ log: silentLog });

  /** A manager of this house; several share the store, and the host unless one has a directory of its own. */
  async function startManager(
    managerId: string,
    maxAgents: number,
    dataDir = root,
  ): Promise<{ stop(): Promise<void> }> {
    const hostId = hostOf(dataDir);
    if (!hosts.has(hostId)) openEgress(hostId);
    hosts.add(hostId);
    const log = createLogger({ service: managerId, level: process.env.AGENTS_LOG ?? 'silent' });
    const agent = {
      image: AGENT_IMAGE,
      uid: null,
      sandbox,
      tools: [],
      memoryBytes: 2 * 1024 ** 3,
      cpus: 2,
      pids: 512,
      diskBytes,
      seccompPath: null,
    };
    const app = createAgentManagerApp({
      ...{ store, checkpoints, bus, blobs, journal, log },
      settings: {
        managerId,
        hostId,
        hostLostAfterMs: HOST_LOST_AFTER_MS,
        dataDir,
        runtime,
        agent,
        defaultModel: null,
        maxAgents,
        checkTimeoutMs: 60_000,
      },
    });
    await app.start();
    let stopped = false;
    const stop = async () => {
      if (!stopped) await app.stop();
      stopped = true;
    };
    closers.push(stop);
    return { stop };
  }
  const orchestrator = createOrchestratorApp({
    store,
    checkpoints,
    bus,
    owner: 'house',
    directory: join(root, 'orchestrator'),
    log: createLogger({ service: 'house', level: 'silent' }),
  });
  await orchestrator.start();
  closers.push(() => orchestrator.stop());
  const openGit = () =>
    createGitApp({
      ...{ store, checkpoints, bus, jobs, blobs, log: createLogger({ service: 'git', level: 'silent' }) },
      settings: {
        owner: 'house',
        dataDir: root,
        samplePath,
        bundleMaxBytes: 1e8,
        outgoing: { opened: [] },
        network: {},
        sshKey: null,
        sshKnownHosts: null,
      },
    });
  let gitService = openGit();
  await gitService.start();
  closers.push(() => gitService.stop());
  const git = {
    leave: () => gitService.stop(),
    async comeBack() {
      gitService = openGit();
      await gitService.start();
    },
  };
  const manager = await startManager('first', 1);

  const events = async () => await store.readAll({ after: 0, limit: 10_000 });
  async function until<Type extends RecordedDomainEvent['type']>(type: Type) {
    const found = await waitFor(type, async () => (await events()).find((event) => event.type === type), {
      timeoutMs: 60_000,
    });
    return found as Extract<RecordedDomainEvent, { type: Type }>;
  }
  async function last<Type extends RecordedDomainEvent['type']>(type: Type) {
    const found = (await events()).findLast((event) => event.type === type);
    if (found === undefined) throw new Error(`no ${type} was recorded`);
    return found as Extract<RecordedDomainEvent, { type: Type }>;
  }
  const count = async (type: string) => (await events()).filter((event) => event.type === type).length;
  const envelope = () => ({ commandId: newId(), meta });

  const repositoryId = newId();
  await handleCommand(store, {
    ...envelope(),
    stream: streamOf('repository', repositoryId),
    decider: repositoryDecider,
    command: {
      type: 'ConnectRepository',
      name: 'x',
      source: { kind: 'sample' },
      baseBranch: null,
      checkCommand,
      requireGreen: false,
    },
  });
  await until('RepositoryMirrored');

  async function createOne({ taskId = newId(), priority = 'normal' }: { taskId?: string; priority?: Priority } = {}) {
    const facts = {
      title: 'Do it',
      description: '',
      taskType: 'feature' as const,
      priority,
      labels: [],
      origin: null,
    };
    const request = { ...facts, repositoryId, baseBranch: null, workflow, model: null, attempts: 1, execute: true };
    await handleTransaction(store, {
      ...envelope(),
      decide: (load) => createTask(load, { taskId, workspaceId: meta.workspaceId, request }),
    });
    return taskId;
  }
  const secrets = {
    lostId: lostSecretId,
    remembered,
    leave: () => stopSecrets(),
    comeBack() {
      stopSecrets = serveSecrets();
    },
  };
  async function blob(id: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of await blobs.get(id)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }
  return {
    blob,
    blobs,
    store,
    secrets,
    git,
    egress,
    journal,
    root,
    manager,
    startManager,
    until,
    last,
    count,
    events,
    envelope,
    createOne,
  };
}

/** Whoever shares a directory is on one host. */
function hostOf(dataDir: string): string {
  return basename(dataDir);
}

/**
 * The log in memory numbers its events, so two tests would give their agents the same ids; on one machine they would
 * then take each other's processes for leftovers of their own.
 */
function withOwnIds(store: EventStore): EventStore {
  const salt = newId();
  const own = <Event extends RecordedEvent>(event: Event): Event => ({
    ...event,
    eventId: idFrom(salt, event.eventId),
  });
  return {
    ...store,
    readStream: async (stream, options) => (await store.readStream(stream, options)).map(own),
    readAll: async (options) => (await store.readAll(options)).map(own),
  };
}
