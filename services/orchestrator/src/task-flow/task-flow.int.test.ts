import { type EventType, streamOf } from '@claude-codex/contracts';
import { instanceDecider, pullRequestDecider, taskDecider } from '@claude-codex/domain';
import { loadState } from '@claude-codex/eventing';
import { describe, expect, it } from 'vitest';
import {
  agentHandsOver,
  agentStarts,
  changes,
  createdTask,
  house,
  personDecides,
  TASK,
  useFlowHouse,
} from './flow-house.fixture.ts';

useFlowHouse();

describe('plan, design, develop', () => {
  it('goes from a task to its merge, with one round of rework, and does nothing twice', async () => {
    await createdTask('plan-design-develop');
    const planner = await agentStarts();
    await agentHandsOver('plan', 1, { document: ['PLAN.md', '# The plan'] });
    await personDecides('plan', 1, { type: 'ApproveReview', note: '', merge: null });

    const designPrompt = await house.last('MessageSent');
    expect(designPrompt.stream).toBe(streamOf('instance', planner));
    expect(designPrompt.data.text).toMatch(/^Phase: design \(round 1\)/);
    const plan = await house.last('ReviewCreated');
    const approved = plan.data.deliverables.map(({ path, blobId }) => ({ path, blobId }));
    expect(designPrompt.data.documents).toEqual(approved);
    expect(approved).toMatchObject([{ path: 'PLAN.md' }]);

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
    await personDecides('develop', 2, { type: 'ApproveReview', note: 'Thanks.', merge: null });
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
      'AttemptReworkRequested',
      'FeedbackSent',
      'PullRequestOpened',
      'TaskCompleted',
    ];
    for (const type of once) expect(counts.get(type), type).toHaveLength(1);
    expect(counts.get('AttemptStarted')).toHaveLength(3);
    expect(counts.get('InstanceQueued')).toHaveLength(2);
  });

  it('gives the coder the plan as the person edited it', async () => {
    await createdTask('plan-design-develop');
    await agentStarts();
    await agentHandsOver('plan', 1, { document: ['PLAN.md', 'draft'] });
    const own = await house.blobs.put(Buffer.from('my own plan'), { maxBytes: 1000 });
    const deliverable = { path: 'PLAN.md', blobId: own.blobId, bytes: own.bytes, sha256: own.blobId };
    await personDecides('plan', 1, { type: 'ReviseDocument', deliverable });
    await personDecides('plan', 1, { type: 'ApproveReview', note: '', merge: null });
    expect((await house.last('MessageSent')).data.documents).toEqual([{ path: 'PLAN.md', blobId: own.blobId }]);
  });
});

describe('a document a person wrote anew', () => {
  it('reaches the agent that is asked to change it', async () => {
    await createdTask('plan-design-develop');
    await agentStarts();
    await agentHandsOver('plan', 1, { document: ['PLAN.md', 'draft'] });
    const own = await house.blobs.put(Buffer.from('my own plan'), { maxBytes: 1000 });
    const deliverable = { path: 'PLAN.md', blobId: own.blobId, bytes: own.bytes, sha256: own.blobId };
    await personDecides('plan', 1, { type: 'ReviseDocument', deliverable });
    await personDecides('plan', 1, { type: 'RequestChanges', summary: 'Now the tests.' });
    const { data } = await house.last('FeedbackSent');
    expect(data.documents).toEqual([{ path: 'PLAN.md', blobId: own.blobId }]);
    expect(data.text).toMatch(/PLAN\.md.*below/s);
    expect(data.text).toContain('Now the tests.');
  });

  it('is not said of one that nobody touched', async () => {
    await createdTask('plan-design-develop');
    await agentStarts();
    await agentHandsOver('plan', 1, { document: ['PLAN.md', 'draft'] });
    await personDecides('plan', 1, { type: 'RequestChanges', summary: 'Now the tests.' });
    const { data } = await house.last('FeedbackSent');
    expect(data.documents ?? []).toEqual([]);
    expect(data.text).not.toContain('PLAN.md');
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
    await personDecides('plan', 1, { type: 'ApproveReview', note: '', merge: null });
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

  it.each(['StopInstance', 'FailInstance'] as const)(
    'an agent that ended before its task was started over ends nothing any more (%s)',
    async (type) => {
      await createdTask('develop');
      const first = await agentStarts();
      const task = streamOf('task', TASK);
      // All of it is in the log before the flow looks at it again: it was away, or people were quick.
      await house.run(task, taskDecider, { type: 'CancelTask', reason: '' });
      const end = type === 'StopInstance' ? { type, reason: 'Cancelled.' } : { type, code: 'NO_WORK', detail: '' };
      await house.run(streamOf('instance', first), instanceDecider, end);
      await house.run(task, taskDecider, { type: 'RetryTask' });
      await house.settle();
      expect(await house.types()).not.toContain('TaskFailed');
      expect((await house.last('InstanceQueued')).data).toMatchObject({ name: 'work-1-a2' });

      const second = await agentStarts();
      await house.run(streamOf('instance', second), instanceDecider, { type: 'StopInstance', reason: '' });
      await house.settle();
      expect((await house.last('TaskFailed')).data).toMatchObject({ instanceId: second });
    },
  );

  it('the end of the agent whose approved work is started over ends nothing any more', async () => {
    await createdTask('develop');
    const first = await agentStarts();
    await agentHandsOver('develop', 1, { changes });
    await personDecides('develop', 1, { type: 'ApproveReview', note: '', merge: null });
    const task = streamOf('task', TASK);
    await house.run(task, taskDecider, { type: 'CancelTask', reason: '' });
    await house.run(streamOf('instance', first), instanceDecider, { type: 'StopInstance', reason: 'Cancelled.' });
    await house.run(task, taskDecider, { type: 'RetryTask' });
    await house.settle();
    expect(await house.types()).not.toContain('TaskFailed');
    expect((await house.last('InstanceQueued')).data).toMatchObject({ name: 'work-1-a2' });
    expect((await house.last('AttemptStarted')).data).toMatchObject({ round: 2 });
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
