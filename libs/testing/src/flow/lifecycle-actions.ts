import { HoldCause, LossCause } from '@claude-codex/contracts';
import type { Action } from './action.ts';
import { endInstance, giveUpAttempt, startPhase, stopAll } from './attempts.ts';
import { agent, onInstance, onTask, SYSTEM } from './streams.ts';
import { type SimInstance, type SimTask, sha, type World } from './world.ts';

/** All that could be; a task that nobody goes on with never should. */
const HOLD_CAUSES = HoldCause.options.filter((cause) => cause !== 'no_next_step');

/** How a task and its instance start, stop, and go on. */
export const lifecycleActions: readonly Action[] = [
  {
    weight: 6,
    can: (task) => task.status === 'draft',
    act(world, task) {
      world.record(onTask(task), 'TaskQueued', {});
      task.status = 'queued';
    },
  },
  {
    weight: 20,
    can: (task, instance) => task.status === 'queued' && instance === null,
    act: startPhase,
  },
  {
    weight: 20,
    can: (task, instance) => isOpen(task) && (instance?.state === 'queued' || instance?.state === 'lost'),
    act(world, task, instance) {
      startEpoch(world, task, instance);
      if (task.status === 'queued') world.record(onTask(task), 'TaskStarted', {}, SYSTEM);
      task.status = 'running';
    },
  },
  {
    weight: 1,
    can: (task, instance) => task.status === 'running' && instance?.state === 'running',
    act(world, task, instance) {
      world.record(onTask(task), 'TaskPaused', {});
      for (const other of agentsOf(task, instance).filter(({ state }) => state === 'running')) {
        world.record(onInstance(task, other), 'InstancePaused', {}, SYSTEM);
        other.state = 'paused';
      }
      task.status = 'paused';
    },
  },
  {
    weight: 6,
    can: (task, instance) => task.status === 'paused' && instance !== null,
    act(world, task, instance) {
      world.record(onTask(task), 'TaskResumed', {});
      for (const other of agentsOf(task, instance).filter(({ state }) => state === 'paused')) {
        world.record(onInstance(task, other), 'InstanceResumed', {}, SYSTEM);
        other.state = 'running';
      }
      task.status = 'running';
    },
  },
  {
    weight: 1,
    can: (task, instance) => isOpen(task) && instance?.state === 'running',
    act(world, task, instance) {
      const cause = world.pick(LossCause.options);
      world.record(
        onInstance(task, instance),
        'InstanceLost',
        { epoch: instance.epoch, reason: 'host lost', cause },
        SYSTEM,
      );
      instance.state = 'lost';
    },
  },
  {
    weight: 3,
    can: (task, instance) => isOpen(task) && (instance?.state === 'queued' || instance?.state === 'lost'),
    act(world, task) {
      const held = {
        cause: world.pick(HOLD_CAUSES),
        detail: 'It is not there.',
        needsPerson: world.choose(2) === 0,
      };
      world.record(onTask(task), 'TaskHeldBack', held, SYSTEM);
    },
  },
  {
    weight: 1,
    can: (task, instance) => isOpen(task) && instance?.state === 'running' && task.review === null,
    act(world, task, instance) {
      const failure = { code: 'AGENT_FAILED', detail: 'It exited.' };
      world.record(onInstance(task, instance), 'InstanceFailed', failure, SYSTEM);
      if (task.beside.length > 0) {
        endInstance(task, instance);
        return giveUpAttempt(world, task, failure.detail);
      }
      world.record(onTask(task), 'TaskFailed', { ...failure, instanceId: instance.id }, SYSTEM);
      endInstance(task, instance);
      task.status = 'failed';
    },
  },
  {
    weight: 6,
    can: (task) => task.status === 'failed' && task.pullRequest === null,
    act(world, task) {
      world.record(onTask(task), 'TaskRetried', {});
      task.status = 'queued';
    },
  },
  {
    weight: 1,
    can: (task) => isOpen(task) && task.pullRequest?.status !== 'merging',
    act(world, task) {
      world.record(onTask(task), 'TaskCancelled', { reason: 'not needed' });
      stopAll(world, task, 'task cancelled');
      task.status = 'cancelled';
      task.review = null;
      task.pullRequest = null;
    },
  },
  {
    weight: 1,
    can: (task) => ['draft', 'failed', 'cancelled', 'completed'].includes(task.status),
    act(world, task) {
      world.record(onTask(task), 'TaskDeleted', {});
      task.status = 'deleted';
    },
  },
  {
    weight: 1,
    can: (task) => task.status !== 'deleted',
    act(world, task) {
      const edits = [
        () => world.record(onTask(task), 'TaskDescribed', { title: 'Better title', description: 'More words' }),
        () =>
          world.record(onTask(task), 'TaskPrioritised', { priority: world.pick(['urgent', 'high', 'low'] as const) }),
        () => world.record(onTask(task), 'TaskLabelled', { labels: ['api'] }),
      ];
      world.pick(edits)();
    },
  },
];

function isOpen({ status }: SimTask): boolean {
  return status === 'queued' || status === 'running' || status === 'paused';
}

/** Of every attempt at the phase under way. */
function agentsOf({ beside }: SimTask, instance: SimInstance): SimInstance[] {
  return [instance, ...beside.map((attempt) => attempt.instance)];
}

function startEpoch(world: World, task: SimTask, instance: SimInstance): void {
  const resumed = instance.epoch > 0;
  instance.epoch += 1;
  instance.state = 'running';
  const { epoch } = instance;
  const sessionId = `session-${instance.id}`;
  const where = onInstance(task, instance);
  const starting = { epoch, managerId: 'manager-1', hostId: 'host-1', runtime: 'process' as const };
  world.record(where, 'InstanceStarting', { ...starting, resumeSessionId: resumed ? sessionId : null }, SYSTEM);
  world.record(where, 'InstanceStarted', { epoch, handle: `agent-${epoch}`, baseSha: sha('base', 40) }, SYSTEM);
  world.record(
    where,
    'InstanceAttached',
    { epoch, sessionId, program: { name: 'Claude Code', version: '2.1.0' }, model: 'scripted', resumed },
    agent(instance),
  );
}
