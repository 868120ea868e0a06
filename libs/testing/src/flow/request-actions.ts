import type { Action } from './action.ts';
import { phaseOf } from './phases.ts';
import { agent, at, attemptOf, onTask, SYSTEM } from './streams.ts';
import type { SimInstance, SimTask } from './world.ts';

/** What agents ask people for, and the answers. */
export const requestActions: readonly Action[] = [
  {
    weight: 2,
    can: (task, instance) => works(task, instance) && task.questions.length < 2,
    act(world, task, instance) {
      const id = world.id();
      task.questions.push({ id, answered: false });
      world.record(
        at(task, 'question', id),
        'QuestionAsked',
        {
          taskId: task.id,
          instanceId: instance.id,
          category: world.pick(['business', 'technical', 'clarification', 'permission'] as const),
          question: 'Which greeting?',
          options: [{ label: 'Hello', description: 'the usual' }],
          multi: false,
          defaultAnswer: 'Hello',
          timeoutSeconds: world.pick([null, 600]),
        },
        agent(instance),
      );
    },
  },
  {
    weight: 20,
    can: (task) => task.questions.length > 0,
    act(world, task) {
      const question = world.pick(task.questions);
      const where = at(task, 'question', question.id);
      if (question.answered) {
        world.record(where, 'AnswerDelivered', { via: world.pick(['tool', 'message'] as const) }, SYSTEM);
        task.questions = task.questions.filter((other) => other !== question);
      } else if (world.choose(6) === 0) {
        world.record(where, 'QuestionWithdrawn', { reason: 'found out' }, SYSTEM);
        task.questions = task.questions.filter((other) => other !== question);
      } else {
        const byDefault = world.choose(4) === 0;
        const answer = { choices: ['Hello'], text: '' };
        const by = byDefault ? ('default' as const) : ('person' as const);
        world.record(where, 'QuestionAnswered', { answer, by }, byDefault ? SYSTEM : undefined);
        question.answered = true;
        world.record(
          onTask(task),
          'AttemptAnswered',
          { phase: phaseOf(task).name, to: 'question', id: question.id, instanceId: attemptOf(task) },
          SYSTEM,
        );
      }
    },
  },
  {
    weight: 2,
    can: (task, instance) => works(task, instance) && task.dependencies.length < 2,
    act(world, task, instance) {
      const id = world.id();
      task.dependencies.push({ id, resolved: false, secretId: null });
      world.record(
        at(task, 'dependency', id),
        'DependencyRequested',
        {
          taskId: task.id,
          instanceId: instance.id,
          dependencyType: 'api_key',
          name: 'WEATHER_KEY',
          description: 'to ask for the weather',
          required: world.choose(3) > 0,
        },
        agent(instance),
      );
    },
  },
  {
    weight: 20,
    can: (task) => task.dependencies.length > 0,
    act(world, task) {
      const dependency = world.pick(task.dependencies);
      const where = at(task, 'dependency', dependency.id);
      const { secretId } = dependency;
      if (secretId !== null && world.choose(8) === 0) {
        world.record(where, 'DependencyValueLost', { secretId }, SYSTEM);
        Object.assign(dependency, { resolved: false, secretId: null });
        return;
      }
      if (dependency.resolved) {
        const epoch = task.instances.at(-1)?.epoch ?? 1;
        world.record(where, 'DependencyDelivered', { epoch }, SYSTEM);
        task.dependencies = task.dependencies.filter((other) => other !== dependency);
        return;
      }
      if (world.choose(3) === 0) {
        world.record(where, 'DependencyDeclined', { reason: 'use the mock' });
        const noted = {
          phase: phaseOf(task).name,
          to: 'dependency' as const,
          id: dependency.id,
          instanceId: attemptOf(task),
        };
        world.record(onTask(task), 'AttemptAnswered', noted, SYSTEM);
      } else {
        dependency.secretId = world.id();
        world.record(where, 'DependencyProvided', { secretId: dependency.secretId, remember: 'task' });
      }
      dependency.resolved = true;
    },
  },
];

function works(task: SimTask, instance: SimInstance | null): boolean {
  return task.status === 'running' && instance?.state === 'running' && task.phaseStatus === 'running';
}
