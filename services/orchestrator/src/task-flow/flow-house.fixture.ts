import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ChangeSet,
  EVENT_TYPES,
  type EventType,
  type FollowThrough,
  type NewEvent,
  type RecordedDomainEvent,
  streamOf,
} from '@claude-codex/contracts';
import {
  completePhase,
  createTask,
  instanceDecider,
  type ReviewCommand,
  repositoryDecider,
  reviewDecider,
} from '@claude-codex/domain';
import {
  createMemoryEventStore,
  createSchemaRegistry,
  type EventStore,
  handleCommand,
  handleTransaction,
} from '@claude-codex/eventing';
import type { Decider } from '@claude-codex/eventing/decider';
import { createDirectoryBlobs } from '@claude-codex/service-kit/blobs/directory-blobs';
import { idFrom } from '@claude-codex/service-kit/ids';
import { createLogger } from '@claude-codex/service-kit/log';
import { afterEach, beforeEach } from 'vitest';
import { createTaskFlow } from './index.ts';

const WORKSPACE = idFrom('workspace');
const REPOSITORY = idFrom('repository');
const SHOP = {
  ...{ kind: 'forge' as const, provider: 'github' as const, connectionId: idFrom('connection') },
  ...{ slug: 'team/shop', url: 'https://github.com/team/shop.git' },
};
export const TASK = idFrom('task');
export const meta = {
  actor: { kind: 'person' as const, id: 'ada' },
  causedBy: null,
  correlationId: 'c1',
  causationId: null,
  workspaceId: WORKSPACE,
};
export const changes: ChangeSet = {
  branch: 'codex/1-greet-a1',
  baseSha: 'a'.repeat(40),
  headSha: 'b'.repeat(40),
  previousHeadSha: null,
  commits: [{ sha: 'b'.repeat(40), subject: 'Greet', authoredAt: '2026-01-01T00:00:00Z' }],
  filesChanged: 1,
  additions: 1,
  deletions: 0,
  diffBlobId: 'd1',
  interdiffBlobId: null,
};

/** The house of the test that runs. */
export let house: ReturnType<typeof createHouse>;

const inMemory = (): EventStore => createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES) });

/** Gives every test of a file a house of its own, on this log. */
export function useFlowHouse(openStore: () => Promise<EventStore> | EventStore = inMemory): void {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'task-flow-'));
    house = createHouse(dir, await openStore());
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));
}

/** The flow on a log, with a hand for what people and agents do. */
function createHouse(blobDir: string, store: EventStore) {
  const blobs = createDirectoryBlobs(blobDir);
  const flow = createTaskFlow({ store, log: createLogger({ service: 'test', level: 'silent' }) });
  let handled = 0;
  let commands = 0;

  return {
    store,
    blobs,
    /** Handles every event, each of them twice: the flow promises to bear that. */
    async settle(): Promise<void> {
      for (;;) {
        const events = await store.readAll({ after: handled, limit: 100 });
        if (events.length === 0) return;
        for (const event of events) {
          await flow.handle(event);
          await flow.handle(event);
          handled = event.position;
        }
      }
    },
    async run<State, Command, Event extends NewEvent>(
      stream: string,
      decider: Decider<State, Command, Event>,
      command: Command,
    ): Promise<void> {
      commands += 1;
      await handleCommand(store, { commandId: `test-${commands}`, meta, stream, decider, command });
    },
    async types(): Promise<EventType[]> {
      return (await store.readAll({ after: 0, limit: 1000 })).map((event) => event.type as EventType);
    },
    async last<T extends EventType>(type: T): Promise<Extract<RecordedDomainEvent, { type: T }>> {
      const events = await store.readAll({ after: 0, limit: 1000 });
      const found = events.findLast((event): event is Extract<RecordedDomainEvent, { type: T }> => event.type === type);
      if (found === undefined) throw new Error(`no ${type} was recorded`);
      return found;
    },
  };
}

interface Wanted {
  requireGreen?: boolean;
  attempts?: number;
  /** Of a repository that is at a forge. */
  followThrough?: FollowThrough;
}

export async function createdTask(workflow: string, wanted: Wanted = {}): Promise<void> {
  const { requireGreen = false, attempts = 1, followThrough } = wanted;
  const source = followThrough === undefined ? { kind: 'sample' as const } : SHOP;
  await house.run(streamOf('repository', REPOSITORY), repositoryDecider, {
    type: 'ConnectRepository',
    name: 's',
    source,
    baseBranch: 'main',
    checkCommand: null,
    requireGreen,
    ...(followThrough !== undefined && { followThrough }),
  });
  const request = {
    title: 'Greet',
    description: 'Say hello.',
    taskType: 'feature' as const,
    priority: 'normal' as const,
    labels: [],
    repositoryId: REPOSITORY,
    baseBranch: null,
    workflow,
    model: null,
    origin: null,
    attempts,
    execute: true,
  };
  await handleTransaction(house.store, {
    commandId: 'create',
    meta,
    decide: (load) => createTask(load, { taskId: TASK, workspaceId: WORKSPACE, request }),
  });
  await house.settle();
}

/** The agent that was queued last, or this one. */
export async function agentStarts(which?: string): Promise<string> {
  const instanceId = which ?? (await house.last('InstanceQueued')).stream.replace('instance-', '');
  const stream = streamOf('instance', instanceId);
  await house.run(stream, instanceDecider, {
    type: 'StartEpoch',
    epoch: 1,
    managerId: 'm',
    runtime: 'process',
    resumeSessionId: null,
  });
  await house.run(stream, instanceDecider, { type: 'ReportStarted', epoch: 1, handle: 'h', baseSha: 'a'.repeat(40) });
  await house.settle();
  return instanceId;
}

export async function agentHandsOver(
  phase: string,
  round: number,
  handOver: { document?: [string, string]; changes?: ChangeSet; instanceId?: string },
  commandId = `hand-over-${phase}-${round}`,
): Promise<void> {
  const instanceId = handOver.instanceId ?? (await house.last('AttemptStarted')).data.instanceId;
  const [path = '', content = ''] = handOver.document ?? [];
  const blob = await house.blobs.put(Buffer.from(content), { maxBytes: 1000 });
  const deliverables = path === '' ? [] : [{ path, blobId: blob.blobId, bytes: blob.bytes, sha256: blob.blobId }];
  await handleTransaction(house.store, {
    commandId,
    meta,
    decide: (load) =>
      completePhase(load, {
        taskId: TASK,
        reviewId: reviewOf(phase, round, handOver.instanceId),
        handOver: {
          missingDeliverables: [],
          phase,
          round,
          instanceId,
          summary: 'Done.',
          deliverables,
          changes: handOver.changes ?? null,
          evidence: { toolCalls: 3, check: null, suspicious: false },
        },
      }),
  });
  await house.settle();
}

/** The review of a hand-over; where several hand over in the same round, of that of one of them. */
export function reviewOf(phase: string, round: number, instanceId?: string): string {
  return instanceId === undefined ? idFrom('review', phase, round) : idFrom('review', phase, round, instanceId);
}

export async function personDecides(
  phase: string,
  round: number,
  command: ReviewCommand,
  instanceId?: string,
): Promise<void> {
  await house.run(streamOf('review', reviewOf(phase, round, instanceId)), reviewDecider, command);
  await house.settle();
}
