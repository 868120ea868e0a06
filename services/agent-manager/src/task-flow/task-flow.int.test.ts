import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ChangeSet,
  EVENT_TYPES,
  type EventType,
  type NewEvent,
  type RecordedDomainEvent,
  streamOf,
} from '@claude-codex/contracts';
import {
  completePhase,
  createTask,
  instanceDecider,
  pullRequestDecider,
  type ReviewCommand,
  repositoryDecider,
  reviewDecider,
  taskDecider,
} from '@claude-codex/domain';
import {
  createMemoryEventStore,
  createSchemaRegistry,
  handleCommand,
  handleTransaction,
  loadState,
} from '@claude-codex/eventing';
import type { Decider } from '@claude-codex/eventing/decider';
import { createDirectoryBlobs } from '@claude-codex/service-kit/blobs/directory-blobs';
import { idFrom } from '@claude-codex/service-kit/ids';
import { createLogger } from '@claude-codex/service-kit/log';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTaskFlow } from './index.ts';

const WORKSPACE = idFrom('workspace');
const REPOSITORY = idFrom('repository');
const TASK = idFrom('task');
const meta = {
  actor: { kind: 'person' as const, id: 'ada' },
  causedBy: null,
  correlationId: 'c1',
  causationId: null,
  workspaceId: WORKSPACE,
};
const changes: ChangeSet = {
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

let dir: string;
let house: ReturnType<typeof createHouse>;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'task-flow-'));
  house = createHouse(dir);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** The flow on an in-memory log, with a hand for what people and agents do. */
function createHouse(blobDir: string) {
  const store = createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES) });
  const blobs = createDirectoryBlobs(blobDir);
  const flow = createTaskFlow({ store, blobs, log: createLogger({ service: 'test', level: 'silent' }) });
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
      const events = (await store.readAll({ after: 0, limit: 1000 })) as RecordedDomainEvent[];
      const found = events.findLast((event): event is Extract<RecordedDomainEvent, { type: T }> => event.type === type);
      if (found === undefined) throw new Error(`no ${type} was recorded`);
      return found;
    },
  };
}

async function createdTask(workflow: string): Promise<void> {
  const source = { kind: 'sample' as const };
  await house.run(streamOf('repository', REPOSITORY), repositoryDecider, {
    type: 'ConnectRepository',
    name: 's',
    source,
    baseBranch: 'main',
    checkCommand: null,
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
    execute: true,
  };
  await handleTransaction(house.store, {
    commandId: 'create',
    meta,
    decide: (load) => createTask(load, { taskId: TASK, workspaceId: WORKSPACE, request }),
  });
  await house.settle();
}

async function agentStarts(): Promise<string> {
  const instanceId = (await house.last('InstanceQueued')).stream.replace('instance-', '');
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

async function agentHandsOver(
  phase: string,
  round: number,
  handOver: { document?: [string, string]; changes?: ChangeSet },
  commandId = `hand-over-${phase}-${round}`,
): Promise<void> {
  const started = await house.last('PhaseStarted');
  const [path = '', content = ''] = handOver.document ?? [];
  const blob = await house.blobs.put(Buffer.from(content), { maxBytes: 1000 });
  const deliverables = path === '' ? [] : [{ path, blobId: blob.blobId, bytes: blob.bytes, sha256: blob.blobId }];
  await handleTransaction(house.store, {
    commandId,
    meta,
    decide: (load) =>
      completePhase(load, {
        taskId: TASK,
        reviewId: idFrom('review', phase, round),
        handOver: {
          missingDeliverables: [],
          phase,
          round,
          instanceId: started.data.instanceId,
          summary: 'Done.',
          deliverables,
          changes: handOver.changes ?? null,
          evidence: { toolCalls: 3, check: null, suspicious: false },
        },
      }),
  });
  await house.settle();
}

async function personDecides(phase: string, round: number, command: ReviewCommand): Promise<void> {
  await house.run(streamOf('review', idFrom('review', phase, round)), reviewDecider, command);
  await house.settle();
}

describe('plan, design, develop', () => {
  it('goes from a task to its merge, with one round of rework, and does nothing twice', async () => {
    await createdTask('plan-design-develop');
    const planner = await agentStarts();
    await agentHandsOver('plan', 1, { document: ['PLAN.md', '# The plan'] });
    await personDecides('plan', 1, { type: 'ApproveReview', note: '' });

    const designPrompt = await house.last('MessageSent');
    expect(designPrompt.stream).toBe(streamOf('instance', planner));
    expect(designPrompt.data.text).toMatch(/^Phase: design \(round 1\)/);
    expect(designPrompt.data.text).toContain('# The plan');

    await agentHandsOver('design', 1, { document: ['DESIGN.md', '# The design'] });
    expect((await house.last('InstanceQueued')).data).toMatchObject({
      name: 'work-1-a1',
      phase: 'develop',
      branch: 'codex/1-greet-a1',
    });
    expect((await house.last('InstanceCompleted')).stream).toBe(streamOf('instance', planner));

    const coder = await agentStarts();
    await agentHandsOver('develop', 1, { changes });
    await personDecides('develop', 1, { type: 'RequestChanges', summary: 'Handle the empty name.' });
    const feedback = await house.last('FeedbackSent');
    expect(feedback.stream).toBe(streamOf('instance', coder));
    expect(feedback.data).toMatchObject({ round: 2 });

    await agentHandsOver('develop', 2, { changes: { ...changes, headSha: 'c'.repeat(40) } });
    await personDecides('develop', 2, { type: 'ApproveReview', note: 'Thanks.' });
    const opened = await house.last('PullRequestOpened');
    expect(opened.data).toMatchObject({ branch: 'codex/1-greet-a1', headSha: 'c'.repeat(40), provider: 'local' });

    await house.run(opened.stream, pullRequestDecider, { type: 'RequestMerge', strategy: 'merge' });
    await house.run(opened.stream, pullRequestDecider, {
      type: 'RecordMerge',
      mergeSha: 'd'.repeat(40),
      strategy: 'merge',
    });
    await house.settle();
    expect(await loadState(house.store, streamOf('task', TASK), taskDecider)).toMatchObject({ status: 'completed' });

    const counts = Map.groupBy(await house.types(), (type) => type);
    const once: EventType[] = [
      'TaskStarted',
      'PhaseReworkRequested',
      'FeedbackSent',
      'PullRequestOpened',
      'TaskCompleted',
    ];
    for (const type of once) expect(counts.get(type), type).toHaveLength(1);
    expect(counts.get('PhaseStarted')).toHaveLength(3);
    expect(counts.get('InstanceQueued')).toHaveLength(2);
  });

  it('gives the coder the plan as the person edited it', async () => {
    await createdTask('plan-design-develop');
    await agentStarts();
    await agentHandsOver('plan', 1, { document: ['PLAN.md', 'draft'] });
    const own = await house.blobs.put(Buffer.from('my own plan'), { maxBytes: 1000 });
    const deliverable = { path: 'PLAN.md', blobId: own.blobId, bytes: own.bytes, sha256: own.blobId };
    await personDecides('plan', 1, { type: 'ReviseDocument', deliverable });
    await personDecides('plan', 1, { type: 'ApproveReview', note: '' });
    expect((await house.last('MessageSent')).data.text).toContain('my own plan');
  });
});

describe('other ends', () => {
  it('tells the agent what its hand-over lacks', async () => {
    await createdTask('develop');
    const coder = await agentStarts();
    await agentHandsOver('develop', 1, {});
    const message = await house.last('MessageSent');
    expect(message.stream).toBe(streamOf('instance', coder));
    expect(message.data.text).toContain('There is no commit.');
  });

  it('stops an agent that hands over the same nothing again and again', async () => {
    await createdTask('develop');
    await agentStarts();
    for (const round of [1, 2, 3, 4]) await agentHandsOver('develop', 1, {}, `nothing-${round}`);
    expect((await house.last('TaskFailed')).data).toMatchObject({ code: 'EVIDENCE_MISSING' });
    expect((await house.types()).filter((type) => type === 'MessageSent')).toHaveLength(3);
    expect(await house.types()).toContain('InstanceFailed');
  });

  it('a plan alone completes without a merge', async () => {
    await createdTask('plan-only');
    await agentStarts();
    await agentHandsOver('plan', 1, { document: ['PLAN.md', 'plan'] });
    await personDecides('plan', 1, { type: 'ApproveReview', note: '' });
    expect((await house.last('TaskCompleted')).data).toEqual({ pullRequestId: null });
  });

  it('a cancelled task stops its agent and takes its review back', async () => {
    await createdTask('plan-only');
    await agentStarts();
    await agentHandsOver('plan', 1, { document: ['PLAN.md', 'plan'] });
    await house.run(streamOf('task', TASK), taskDecider, { type: 'CancelTask', reason: 'not now' });
    await house.settle();
    const types = await house.types();
    expect(types).toEqual(expect.arrayContaining(['InstanceStopped', 'ReviewWithdrawn']));
    expect(types).not.toContain('TaskFailed');
  });

  it('a failed agent fails its task, and a retry starts another one', async () => {
    await createdTask('develop');
    const first = await agentStarts();
    await house.run(streamOf('instance', first), instanceDecider, {
      type: 'FailInstance',
      code: 'NO_WORK',
      detail: 'It gave up.',
    });
    await house.settle();
    expect((await house.last('TaskFailed')).data).toMatchObject({ code: 'NO_WORK', instanceId: first });
    await house.run(streamOf('task', TASK), taskDecider, { type: 'RetryTask' });
    await house.settle();
    expect((await house.last('InstanceQueued')).data).toMatchObject({ name: 'work-1-a2' });
  });

  it('a rejected change fails the task with the reason', async () => {
    await createdTask('develop');
    await agentStarts();
    await agentHandsOver('develop', 1, { changes });
    await personDecides('develop', 1, { type: 'RejectReview', summary: 'Wrong direction.' });
    expect((await house.last('TaskFailed')).data).toMatchObject({
      code: 'REVIEW_REJECTED',
      detail: 'Wrong direction.',
    });
  });
});
