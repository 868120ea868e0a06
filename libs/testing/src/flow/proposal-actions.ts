import type { Action } from './action.ts';
import { phaseOf } from './phases.ts';
import { agent, at, attemptOf, liveInstance, SYSTEM } from './streams.ts';

/** Issues an agent proposes while it works, and what becomes of them: all of it at once, because nothing waits for it. */
export const proposalActions: readonly Action[] = [
  {
    weight: 1,
    can: (task) => task.status === 'running' && liveInstance(task) !== null,
    act(world, task, instance) {
      const ofTask = { taskId: task.id };
      const where = at(task, 'proposal', world.id());
      const issue = (title: string, after: number[]) => ({ title, body: 'As planned.', labels: ['plan'], after });
      const proposed = { repositoryId: task.repositoryId, instanceId: attemptOf(task), phase: phaseOf(task).name };
      const issues = [issue('Read the setting', []), issue('Greet by it', [0])];
      world.record(where, 'IssuesProposed', { ...ofTask, ...proposed, issues }, agent(instance));
      world.pick([
        () => undefined,
        () => world.record(where, 'IssuesDeclined', { ...ofTask, reason: 'Later.' }),
        () => {
          const nth = world.choose(2);
          world.record(where, 'IssuesAccepted', { ...ofTask, chosen: [nth] });
          const detail = 'Issues are disabled in this repository.';
          const opened = { number: 7, url: 'https://github.com/acme/shop/issues/7' };
          world.pick([
            () => undefined,
            () => world.record(where, 'IssueOpened', { ...ofTask, nth, ...opened }, SYSTEM),
            () => world.record(where, 'IssueRefused', { ...ofTask, nth, detail }, SYSTEM),
          ])();
        },
      ])();
    },
  },
];
