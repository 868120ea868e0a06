import { TaskView } from '@claude-codex/contracts';
import { taskNamedBy } from '@claude-codex/domain/task-events/task-of';
import { isTaskRelated } from '@claude-codex/domain/task-events/task-related';
import { flows } from '@claude-codex/testing/flow-generator';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldTask } from './fold-task.ts';
import {
  answered,
  asked,
  CODER,
  coder,
  created,
  dependency,
  developing,
  handedOver,
  mergeable,
  QUESTION,
  recorded,
  requested,
  review,
  TASK,
  task,
  taskAfter,
  usage,
  WORKSPACE,
} from './history.fixture.ts';

const call = {
  instanceId: CODER,
  taskId: TASK,
  model: 'scripted',
  status: 200,
  inputTokens: 10,
  outputTokens: 2,
  cacheReadTokens: 1,
  cacheWriteTokens: 3,
  costUsd: 0.25,
  durationMs: 10,
};

describe('the page of a task', () => {
  it('begins with what was asked for', () => {
    expect(taskAfter(created)).toMatchObject({
      id: TASK,
      workspaceId: WORKSPACE,
      number: 7,
      title: 'Greet by name',
      phases: [
        { name: 'plan', status: 'pending' },
        { name: 'develop', status: 'pending' },
      ],
      position: 1,
    });
  });

  it('says nothing that a table refuses, wherever a long line is cut', () => {
    for (let length = 118; length < 145; length += 1) {
      const view = taskAfter(
        developing,
        coder('ProgressReported', { step: `${'x'.repeat(length)}🚀🚀`, percent: null, note: '' }),
      );
      expect(view.activity.isWellFormed()).toBe(true);
    }
  });

  it('follows its phases, instances and what they handed over', () => {
    const view = taskAfter(developing, handedOver, mergeable);
    expect(view.phases.map(({ status }) => status)).toEqual(['approved', 'approved']);
    expect(view.instances[0]).toMatchObject({
      name: 'work-7-a1',
      epoch: 1,
      program: { name: 'Claude Code', version: '2.1.0' },
    });
    expect(view).toMatchObject({ additions: 30, deletions: 4, instanceName: 'work-7-a1', currentPhase: 'develop' });
    expect(view.documents).toEqual([
      { path: 'NOTES.md', blobId: 'n1', bytes: 3, sha256: 'n1', phase: 'develop', revisedBy: null },
    ]);
  });

  it('says who answered, decided and commented', () => {
    const comment = { path: 'a.js', side: 'new' as const, startLine: 1, endLine: 1, quote: 'x', body: 'Why?' };
    const view = taskAfter(
      developing,
      asked,
      answered,
      requested(true),
      dependency('DependencyDeclined', { reason: 'use the mock' }, 'grace'),
      handedOver,
      review('ReviewCommented', { comment: { ...comment, commentId: QUESTION } }, 'linus'),
      review('FileMarkedReviewed', { path: 'a.js', contentHash: 'h', reviewed: true }, 'linus'),
      review('DocumentRevised', { deliverable: { path: 'NOTES.md', blobId: 'n2', bytes: 4, sha256: 'n2' } }, 'ada'),
      review('ReviewApproved', { note: 'Nice.', merge: null }, 'ada'),
    );
    expect(view.questions[0]).toMatchObject({ status: 'answered', answeredBy: 'ada' });
    expect(view.dependencies[0]).toMatchObject({ status: 'declined', resolvedBy: 'grace', reason: 'use the mock' });
    expect(view.reviews[0]).toMatchObject({
      status: 'approved',
      decidedBy: 'ada',
      decisionSummary: 'Nice.',
      comments: [{ ...comment, commentId: QUESTION, by: 'linus' }],
      reviewedFiles: [{ path: 'a.js', contentHash: 'h', by: 'linus' }],
      deliverables: [{ blobId: 'n2' }],
    });
    expect(view.documents).toMatchObject([{ blobId: 'n2', phase: 'develop', revisedBy: 'ada' }]);
  });

  it('keeps every text a document had under review, with who took its place', () => {
    const revised = (blobId: string, by: string) =>
      review('DocumentRevised', { deliverable: { path: 'NOTES.md', blobId, bytes: 4, sha256: blobId } }, by);
    const view = taskAfter(developing, handedOver, revised('n2', 'ada'), revised('n3', 'grace'));
    expect(view.reviews[0]).toMatchObject({
      deliverables: [{ blobId: 'n3' }],
      replaced: [
        { path: 'NOTES.md', blobId: 'n1', replacedBy: 'ada' },
        { path: 'NOTES.md', blobId: 'n2', replacedBy: 'grace' },
      ],
    });
  });

  it('lists what people wrote until it reaches the agent', () => {
    const sent = (messageId: string, by?: string) =>
      coder('MessageSent', { messageId, text: 'Hi', interrupt: false }, by);
    const view = taskAfter(
      developing,
      sent('m1', 'ada'),
      sent('m2', 'ada'),
      sent('m3', 'grace'),
      sent('the prompt of a phase'),
      coder('MessageDelivered', { messageId: 'm1', epoch: 1 }),
      coder('MessageCancelled', { messageId: 'm3' }),
    );
    expect(view.instances[0]?.pendingMessages.map(({ id }) => id)).toEqual(['m2']);
  });

  it('adds up what it cost without counting that as an update', () => {
    const before = taskAfter(developing);
    const view = taskAfter(developing, usage('ModelCallSettled', call), usage('ModelCallSettled', call));
    expect(view).toMatchObject({
      costUsd: 0.5,
      usage: { inputTokens: 20, modelCalls: 2 },
      updatedAt: before.updatedAt,
    });
    expect(view.instances[0]?.usage).toEqual(view.usage);
    expect(view.position).toBe(before.position + 2);
  });

  it('says what each sub-agent costs, as parts of what its agent costs', () => {
    const by = (subAgentId: string) => usage('ModelCallSettled', { ...call, subAgentId });
    const view = taskAfter(
      developing,
      usage('ModelCallSettled', call),
      by('s1'),
      by('s2'),
      by('s1'),
      by('constructor'),
    );
    const { costUsd, subAgents } = view.instances[0]?.usage ?? {};
    expect({ costUsd, subAgents }).toEqual({ costUsd: 1.25, subAgents: { s1: 0.5, s2: 0.25, constructor: 0.25 } });
    expect(view.usage).not.toHaveProperty('subAgents');
  });

  it('counts by itself only so many sub-agents, and all of them in the whole', () => {
    const many = Array.from({ length: 300 }, (_, n) => usage('ModelCallSettled', { ...call, subAgentId: `s${n}` }));
    const [instance] = taskAfter(developing, ...many).instances;
    expect(Object.keys(instance?.usage.subAgents ?? {})).toHaveLength(256);
    expect(instance?.usage).toMatchObject({ costUsd: 75, modelCalls: 300 });
  });

  it('is gone once it is deleted, whatever still arrives', () => {
    const history = recorded([
      ...developing,
      task('TaskDeleted', {}),
      coder('ProgressReported', { step: 'x', percent: 1, note: '' }),
    ]);
    expect(history.reduce<TaskView | null>(foldTask, null)).toBeNull();
  });

  it('stays the same object when an event changes nothing that is shown', () => {
    const before = taskAfter(developing);
    const [event] = recorded([
      usage('ToolCalled', { instanceId: CODER, taskId: TASK, tool: 'Bash', ok: true, code: null }),
    ]);
    if (event === undefined) throw new Error('no event');
    expect(foldTask(before, event)).toBe(before);
  });
});

it('fits its API schema at every moment of any history', () => {
  fc.assert(
    fc.property(flows(), (events) => {
      const views = new Map<string, TaskView>();
      const tasks = new Map<string, string>();
      for (const event of events.filter(isTaskRelated)) {
        const id = taskNamedBy(event) ?? tasks.get(event.stream);
        if (id === undefined) throw new Error(`event ${event.position} belongs to no task`);
        tasks.set(event.stream, id);
        const view = foldTask(views.get(id) ?? null, event);
        if (view === null) views.delete(id);
        else views.set(id, TaskView.parse(view));
        expect(view === null || view.position <= event.position).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});
