import { type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import { BUILT_IN_WORKFLOWS } from '@claude-codex/domain';
import { idFrom } from '@claude-codex/service-kit/ids';
import { beforeEach, describe, expect, it } from 'vitest';
import { SERVER_RESTARTED, TEXT_COMMAND, World } from './world.ts';

const task = idFrom('task');
const instance = idFrom('instance');
const repository = idFrom('repository');
let world: World;
let position = 0;

function apply(stream: string, type: string, data: unknown, commandId = 'c'): string[] {
  position += 1;
  const meta = {
    actor: { kind: 'person', id: 'ada' },
    causedBy: null,
    correlationId: 'x',
    causationId: null,
    commandId,
    workspaceId: 'w',
  };
  const event = {
    position,
    eventId: idFrom('event', position),
    stream,
    version: 1,
    type,
    schemaVersion: 1,
    data,
    meta,
    at: '2026-01-01T00:00:00Z',
    hash: '',
  };
  return world.apply(event as unknown as RecordedDomainEvent);
}
const onInstance = (type: string, data: unknown = {}) => apply(streamOf('instance', instance), type, data);
const onTask = (type: string, data: unknown = {}) => apply(streamOf('task', task), type, data);
const known = () => {
  const found = world.instances.get(instance);
  if (found === undefined) throw new Error('the instance is not known');
  return found;
};

beforeEach(() => {
  world = new World();
  position = 0;
  const workflow = BUILT_IN_WORKFLOWS.find(({ name }) => name === 'develop');
  onTask('TaskCreated', {
    number: 1,
    title: 'T',
    description: '',
    taskType: 'feature',
    priority: 'high',
    labels: [],
    repositoryId: repository,
    baseBranch: 'main',
    model: null,
    workflow,
  });
  onTask('TaskQueued');
  onTask('AttemptStarted', { phase: 'develop', round: 1, kind: 'coding', instanceId: instance });
  onInstance('InstanceQueued', {
    name: 'work-1-a1',
    taskId: task,
    repositoryId: repository,
    kind: 'coding',
    phase: 'develop',
    attempt: 1,
    branch: 'codex/1',
    baseBranch: 'main',
    model: null,
  });
});

const turn = (toolCalls: number) => ({
  epoch: 1,
  journalSeq: 1,
  subtype: 'success',
  isError: false,
  toolCalls,
  durationMs: 1,
  costUsd: 0,
});
const submit = () =>
  onInstance('PhaseSubmitted', {
    phase: 'develop',
    round: 1,
    summary: '',
    deliverables: [],
    via: 'tool',
    proposal: null,
  });

describe('the world of a manager', () => {
  it('knows for whom an instance works and what it has to do', () => {
    expect(known()).toMatchObject({ causedBy: 'ada', workspaceId: 'w', submission: null, handedOver: false });
    expect(world.openPhase(known())?.definition.name).toBe('develop');
    expect(world.position).toBe(position);
  });

  it('keeps a hand-over until the phase is complete or a message comes', () => {
    submit();
    expect(known().submission).toMatchObject({ phase: 'develop', eventId: idFrom('event', position) });
    onInstance('MessageSent', { messageId: idFrom('m'), text: 'More.', interrupt: false });
    expect(known().submission).toBeNull();
    submit();
    const touched = onTask('AttemptCompleted', {
      phase: 'develop',
      round: 1,
      instanceId: instance,
      summary: '',
      deliverables: [],
      changes: null,
      evidence: { toolCalls: 1, check: null, suspicious: false },
      reviewId: idFrom('r'),
    });
    expect(touched).toEqual([instance]);
    expect(known()).toMatchObject({ submission: null, handedOver: true });
    expect(world.openPhase(known())).toBeNull();
  });

  it('counts tool calls per round', () => {
    onInstance('TurnEnded', turn(4));
    onTask('AttemptCompleted', {
      phase: 'develop',
      round: 1,
      instanceId: instance,
      summary: '',
      deliverables: [],
      changes: null,
      evidence: { toolCalls: 1, check: null, suspicious: false },
      reviewId: idFrom('r'),
    });
    onTask('AttemptReworkRequested', { phase: 'develop', round: 2, reviewId: idFrom('r') });
    onInstance('TurnEnded', turn(3));
    const { toolCalls, toolCallsBefore } = known();
    expect(toolCalls - toolCallsBefore).toBe(3);
  });

  it('counts starts that came to nothing, but not our own restarts', () => {
    onInstance('InstanceStarting', { epoch: 1, managerId: 'm', runtime: 'process', resumeSessionId: null });
    onInstance('InstanceLost', { epoch: 1, reason: 'preflight home: no', cause: 'start_failed' });
    expect(known()).toMatchObject({ losses: 0, waits: 1 });
    onInstance('InstanceStarting', { epoch: 2, managerId: 'm', runtime: 'process', resumeSessionId: null });
    onInstance('InstanceAttached', {
      epoch: 2,
      sessionId: 's',
      program: { name: 'Claude Code', version: '2' },
      model: 'm',
      resumed: false,
    });
    onInstance('InstanceLost', { epoch: 2, reason: 'ended with exit code 1', cause: 'agent_ended' });
    const reason = `${SERVER_RESTARTED} and its worker is gone`;
    onInstance('InstanceLost', { epoch: 2, reason, cause: 'server_restarted' });
    expect(known()).toMatchObject({ losses: 1, waits: 0, loss: { reason, cause: 'server_restarted' } });
    onInstance('TurnEnded', turn(1));
    expect(known().losses).toBe(0);
  });

  it('knows when an agent waits for a person, and how something was asked', () => {
    const question = streamOf('question', idFrom('q'));
    apply(question, 'QuestionAsked', {
      taskId: task,
      instanceId: instance,
      category: 'technical',
      question: '?',
      options: [],
      multi: false,
      defaultAnswer: null,
      timeoutSeconds: null,
    });
    expect(world.waitsForPerson(instance)).toBe(true);
    apply(question, 'QuestionAnswered', { answer: { choices: [], text: 'Yes.' }, by: 'person' });
    expect(world.waitsForPerson(instance)).toBe(true);
    apply(question, 'AnswerDelivered', { via: 'tool' });
    expect(world.waitsForPerson(instance)).toBe(false);
    apply(
      streamOf('dependency', idFrom('d')),
      'DependencyRequested',
      { taskId: task, instanceId: instance, dependencyType: 'api_key', name: 'K', description: '', required: true },
      `${TEXT_COMMAND}x`,
    );
    expect(world.dependenciesFor(known())).toMatchObject([{ id: idFrom('d'), byText: true }]);
    expect(world.waitsForPerson(instance)).toBe(true);
  });

  it('gives an agent the values of its own task, and others only when it asks for them', () => {
    const other = idFrom('other task');
    apply(streamOf('task', other), 'TaskCreated', {
      number: 2,
      title: 'T',
      description: '',
      taskType: 'feature',
      priority: 'low',
      labels: [],
      repositoryId: repository,
      baseBranch: 'main',
      model: null,
      workflow: BUILT_IN_WORKFLOWS[1],
    });
    const dependency = streamOf('dependency', idFrom('d'));
    apply(dependency, 'DependencyRequested', {
      taskId: other,
      instanceId: idFrom('o'),
      dependencyType: 'api_key',
      name: 'K',
      description: '',
      required: true,
    });
    expect(world.dependenciesFor(known())).toEqual([]);
    apply(dependency, 'DependencyProvided', { secretId: idFrom('s'), remember: 'repository' });
    expect(world.dependenciesFor(known())).toEqual([]);
  });

  it('forgets an ended instance, and hears nothing of it any more', () => {
    onInstance('InstanceStopped', { reason: '' });
    expect(world.instances.has(instance)).toBe(false);
    onInstance('ErrorReported', { errorType: 'late', message: '' });
    expect(world.instances.has(instance)).toBe(false);
  });

  it('forgets a task with its last agent, and its repository when that was removed meanwhile', () => {
    const onRepository = (type: string, data: unknown = {}) => apply(streamOf('repository', repository), type, data);
    onRepository('RepositoryConnected', {
      name: 'r',
      source: { kind: 'sample' },
      baseBranch: null,
      checkCommand: null,
    });
    onTask('TaskCancelled', { reason: '' });
    onRepository('RepositoryRemoved');
    expect([world.tasks.has(task), world.repositories.has(repository)]).toEqual([true, true]);
    onInstance('InstanceStopped', { reason: '' });
    expect([world.tasks.has(task), world.repositories.has(repository)]).toEqual([false, false]);
    expect(world.progress.ids()).toEqual([]);
  });

  it('keeps nothing of what an agent asked at the moment of its end but the name of a value its task may need', () => {
    onTask('TaskFailed', { code: 'X', detail: '', instanceId: instance });
    onInstance('InstanceFailed', { code: 'X', detail: '' });
    const [question, dependency] = [streamOf('question', idFrom('q')), streamOf('dependency', idFrom('d'))];
    for (const stream of [question, dependency]) {
      const type = stream === question ? 'QuestionAsked' : 'DependencyRequested';
      apply(stream, type, { taskId: task, instanceId: instance });
    }
    const { questions, dependencies, asks } = world.kept();
    expect([questions.size, dependencies.size, asks.size]).toEqual([0, 0, 0]);
    expect(world.leftBehind(task)).toEqual([question, dependency]);
    onTask('TaskDeleted');
    expect(world.leftBehind(task)).toEqual([]);
  });
});
