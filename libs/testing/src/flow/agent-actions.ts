import type { Action } from './action.ts';
import { changesOf, deliverablesOf, phaseOf } from './phases.ts';
import { finishPhase } from './review-actions.ts';
import { agent, at, onInstance, onTask, SYSTEM } from './streams.ts';
import { moveThreads } from './thread-actions.ts';
import { type SimInstance, type SimTask, sha, type World } from './world.ts';

/** What an agent does by itself, what it costs, and what people tell it meanwhile. */
export const agentActions: readonly Action[] = [
  {
    weight: 6,
    can: works,
    act(world, task, instance) {
      const percent = world.pick([null, 10, 50, 90]);
      world.record(
        onInstance(task, instance),
        'ProgressReported',
        { step: 'code', percent, note: '' },
        agent(instance),
      );
    },
  },
  {
    weight: 6,
    can: works,
    act(world, task, instance) {
      const owner = { instanceId: instance.id, taskId: task.id };
      const tokens = () => world.choose(5_000);
      world.record(
        at(task, 'usage', instance.id),
        'ModelCallSettled',
        {
          ...owner,
          model: 'scripted',
          status: 200,
          inputTokens: tokens(),
          outputTokens: tokens(),
          cacheReadTokens: tokens(),
          cacheWriteTokens: tokens(),
          costUsd: world.choose(100_000) / 1_000_000,
          durationMs: 300,
        },
        SYSTEM,
      );
      world.record(
        at(task, 'tools', instance.id),
        'ToolCalled',
        { ...owner, tool: 'Bash', ok: true, code: null },
        SYSTEM,
      );
    },
  },
  {
    weight: 6,
    can: works,
    act(world, task, instance) {
      const owner = { instanceId: instance.id, taskId: task.id };
      const resetsAt = world.pick([null, '2026-11-20T18:00:00.000Z']);
      world.record(
        at(task, 'usage', instance.id),
        'RateLimitHit',
        { ...owner, resetsAt, detail: 'five hours' },
        SYSTEM,
      );
    },
  },
  {
    weight: 6,
    can: works,
    act(world, task, instance) {
      const where = onInstance(task, instance);
      const notes = [
        () => world.record(where, 'ErrorReported', { errorType: 'tests', message: 'They fail.' }, agent(instance)),
        () => world.record(where, 'ProtocolWarningRaised', { block: 'ERROR', problem: 'not YAML' }, SYSTEM),
        () =>
          world.record(
            where,
            'JournalKept',
            { epoch: instance.epoch, fromSeq: 1, toSeq: 40, blobId: sha(`journal-${instance.id}`) },
            SYSTEM,
          ),
      ];
      world.pick(notes)();
    },
  },
  { weight: 15, can: (task, instance) => works(task, instance) && idle(task), act: handOver },
  {
    weight: 6,
    can: works,
    act(world, task, instance) {
      const messageId = world.id();
      instance.pending.push(messageId);
      const message = { messageId, text: 'Keep it short.', interrupt: false };
      const documents = [{ path: 'PLAN.md', blobId: 'plan' }];
      // The first message of a phase brings along what was approved before.
      const data = world.pick([message, message, { ...message, documents }]);
      world.record(onInstance(task, instance), 'MessageSent', data);
    },
  },
  {
    weight: 6,
    can: (task, instance) => works(task, instance) && (instance?.pending.length ?? 0) > 0,
    act(world, task, instance) {
      const messageId = instance.pending.shift() ?? '';
      const where = onInstance(task, instance);
      if (world.choose(4) === 0) world.record(where, 'MessageCancelled', { messageId });
      else world.record(where, 'MessageDelivered', { messageId, epoch: instance.epoch }, SYSTEM);
    },
  },
];

function works(task: SimTask, instance: SimInstance | null): boolean {
  return task.status === 'running' && instance?.state === 'running' && task.phaseStatus === 'running';
}

function idle({ questions, dependencies }: SimTask): boolean {
  return questions.length === 0 && dependencies.length === 0;
}

function handOver(world: World, task: SimTask, instance: SimInstance): void {
  const { name: phase, gate, requiresChanges } = phaseOf(task);
  const { round } = task;
  const where = onInstance(task, instance);
  const summary = `${phase} is done`;
  const deliverables = deliverablesOf(task, 'agent');
  const paths = deliverables.map(({ path }) => path);
  instance.turns += 1;
  const proposal = requiresChanges ? { title: 'Greet by name', body: 'Says hello to everybody.', draft: false } : null;
  const submitted = { phase, round, summary, deliverables: paths, via: 'tool' as const, proposal };
  world.record(where, 'PhaseSubmitted', submitted, agent(instance));
  world.record(
    where,
    'TurnEnded',
    {
      epoch: instance.epoch,
      journalSeq: instance.turns * 100,
      subtype: 'success',
      isError: false,
      toolCalls: 3,
      durationMs: 600,
      costUsd: 0.01,
    },
    SYSTEM,
  );
  if (world.choose(6) === 0) {
    const reasons = ['The check command failed with exit code 1.'];
    world.record(onTask(task), 'AttemptRefused', { phase, round, reasons, instanceId: instance.id }, SYSTEM);
    const messageId = world.id();
    instance.pending.push(messageId);
    const reminder = { phase, round };
    world.record(where, 'MessageSent', { messageId, text: reasons.join(' '), interrupt: false, reminder }, SYSTEM);
    return;
  }
  const changes = changesOf(world, task, instance.branch);
  world.record(
    where,
    'CheckpointSaved',
    {
      epoch: instance.epoch,
      sessionId: `session-${instance.id}`,
      headSha: changes?.headSha ?? sha('base', 40),
      transcriptBlobId: sha(`transcript-${instance.id}`),
      bundleBlobId: changes === null ? null : sha(`bundle-${changes.headSha}`),
      reason: 'phase handed over',
    },
    SYSTEM,
  );
  const reviewId = gate.length > 0 ? world.id() : null;
  const check = requiresChanges
    ? {
        command: 'npm test',
        exitCode: 0,
        durationMs: 900,
        timedOut: false,
        outputBlobId: sha('output'),
        where: 'container' as const,
      }
    : null;
  const evidence = { toolCalls: 3, check, suspicious: false };
  const done = { phase, round, instanceId: instance.id, summary, deliverables, changes };
  world.record(onTask(task), 'AttemptCompleted', { ...done, evidence, reviewId }, SYSTEM);
  if (reviewId === null) {
    finishPhase(world, task, null);
    return;
  }
  const subject = requiresChanges ? ('changes' as const) : ('documents' as const);
  world.record(at(task, 'review', reviewId), 'ReviewCreated', { taskId: task.id, ...done, subject, gate }, SYSTEM);
  task.phaseStatus = 'in_review';
  task.review = { id: reviewId, comments: [], approvals: [] };
  if (changes !== null) moveThreads(world, task, changes.headSha);
}
