import type { PhaseDefinition } from '@claude-codex/contracts';
import type { Action } from './action.ts';
import { phaseOf } from './phases.ts';
import { at, attemptOf, liveInstance, onInstance, onTask, SYSTEM } from './streams.ts';
import type { SimAttempt, SimInstance, SimTask, World } from './world.ts';

/**
 * Several instances may try the phase under way. One of them is looked at: its state stands in the task itself, its
 * instance is the newest; the others wait beside it and take turns.
 */
export const attemptActions: readonly Action[] = [
  {
    weight: 4,
    can: ({ status, beside, review }) => status === 'running' && beside.length > 0 && review !== null,
    act(world, task) {
      const chosen = { phase: phaseOf(task).name, instanceId: attemptOf(task) };
      world.record(onTask(task), 'AttemptChosen', chosen);
      task.kept = true;
      stopAttempts(world, task, setOthersAside(world, task), KEPT_ANOTHER);
    },
  },
];

const KEPT_ANOTHER = 'The work of another attempt was kept.';

/** New instances for the phase under way, as many as try it; those before them have ended. */
export function startPhase(world: World, task: SimTask): void {
  const { round } = task;
  const attempts = task.kept ? 1 : phaseOf(task).attempts;
  for (let nth = 1; nth <= attempts; nth += 1) {
    if (nth > 1) task.beside.push(lookedAt(task));
    startAttempt(world, task, phaseOf(task));
    Object.assign(task, { phaseStatus: 'running', round, review: null, questions: [], dependencies: [] });
  }
}

function startAttempt(world: World, task: SimTask, { name, kind }: PhaseDefinition): void {
  const nth = task.instances.length + 1;
  const instance: SimInstance = {
    id: world.id(),
    branch: `codex/work-${task.number}-a${nth}`,
    epoch: 0,
    state: 'queued',
    pending: [],
    turns: 0,
  };
  task.instances.push(instance);
  const started = { phase: name, round: task.round, kind, instanceId: instance.id };
  world.record(onTask(task), 'AttemptStarted', started, SYSTEM);
  world.record(
    onInstance(task, instance),
    'InstanceQueued',
    {
      name: `work-${task.number}-a${nth}`,
      taskId: task.id,
      repositoryId: task.repositoryId,
      kind,
      phase: name,
      attempt: nth,
      branch: instance.branch,
      baseBranch: 'main',
      model: null,
    },
    SYSTEM,
  );
}

/** What was looked at waits beside, and one of the others is looked at. */
export function turnToAnother(world: World, task: SimTask): void {
  if (task.beside.length === 0 || world.choose(2) === 0) return;
  const next = world.pick(task.beside);
  task.beside = [...task.beside.filter((other) => other !== next), lookedAt(task)];
  lookAt(task, next);
}

/** The attempt that is looked at comes to nothing, and the others go on. */
export function giveUpAttempt(world: World, task: SimTask, reason: string): void {
  const { id: instanceId } = newest(task);
  world.record(onTask(task), 'AttemptSetAside', { phase: phaseOf(task).name, instanceId, reason }, SYSTEM);
  const left = lookedAt(task);
  const next = world.pick(task.beside);
  task.beside = task.beside.filter((other) => other !== next);
  lookAt(task, next);
  stopAttempts(world, task, [left], reason);
}

/** All but the one that is looked at. */
export function setOthersAside(world: World, task: SimTask): SimAttempt[] {
  const others = task.beside;
  task.beside = [];
  for (const { instance } of others) {
    const aside = { phase: phaseOf(task).name, instanceId: instance.id, reason: KEPT_ANOTHER };
    world.record(onTask(task), 'AttemptSetAside', aside, SYSTEM);
  }
  return others;
}

/** Nobody is at work on them any more, and there is nothing to decide. */
export function stopAttempts(world: World, task: SimTask, attempts: readonly SimAttempt[], reason: string): void {
  for (const { instance, review } of attempts) {
    if (instance.state !== 'ended') world.record(onInstance(task, instance), 'InstanceStopped', { reason }, SYSTEM);
    instance.state = 'ended';
    if (review !== null) world.record(at(task, 'review', review.id), 'ReviewWithdrawn', { reason }, SYSTEM);
  }
}

/** The task is over, whoever tries a phase of it. */
export function stopAll(world: World, task: SimTask, reason: string): void {
  stopAttempts(world, task, task.beside, reason);
  task.beside = [];
  const instance = liveInstance(task);
  if (instance === null) return;
  world.record(onInstance(task, instance), 'InstanceStopped', { reason }, SYSTEM);
  endInstance(task, instance);
}

/** What it asked for stays unanswered for ever. */
export function endInstance(task: SimTask, instance: SimInstance): void {
  instance.state = 'ended';
  task.questions = [];
  task.dependencies = [];
}

function lookedAt(task: SimTask): SimAttempt {
  const { round, phaseStatus, review, questions, dependencies } = task;
  return { instance: newest(task), round, phaseStatus, review, questions, dependencies };
}

function lookAt(task: SimTask, { instance, ...state }: SimAttempt): void {
  task.instances = [...task.instances.filter((other) => other !== instance), instance];
  Object.assign(task, state);
}

function newest({ instances }: SimTask): SimInstance {
  const instance = instances.at(-1);
  if (instance === undefined) throw new Error('nobody ever worked on it');
  return instance;
}
