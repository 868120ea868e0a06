import type { TaskView } from '@claude-codex/contracts';
import { SAMPLE } from '@claude-codex/contracts/sample';
import { SECRET } from './main-flow.ts';
import type { Person } from './person.ts';

/** Starts the sample's own task and answers what its agent asks, until its code is in review. Gives the task's id. */
export async function sampleTaskInReview(person: Person, repositoryId: string): Promise<string> {
  const { title, description } = SAMPLE.suggestedTask;
  const taskId = await person.createTask({ title, description, repositoryId, workflow: 'develop' });
  const { id, options } = await person.openQuestion(taskId);
  await person.api.post(`/api/questions/${id}/answer`, { choices: options.slice(0, 1).map(({ label }) => label) });
  await person.provide((await person.openDependency(taskId)).id, SECRET);
  await person.openReview(taskId, 'develop', 1);
  return taskId;
}

/** Approves what is in review, with the wish to merge it at once. */
export async function approveWithMerge(person: Person, taskId: string, round: number): Promise<void> {
  const review = await person.openReview(taskId, 'develop', round);
  await person.api.patch(`/api/reviews/${review.id}/approve`, { merge: 'merge' });
}

/** Waits until a task is merged, which its check has to have passed for. */
export function merged(person: Person, taskId: string): Promise<TaskView> {
  return person.waitForTask(taskId, 'merged with its check', (task) =>
    task.state === 'completed' && task.pullRequest?.status === 'merged' && task.evidence?.check?.exitCode === 0
      ? task
      : null,
  );
}
