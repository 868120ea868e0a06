import type { TaskView } from '@claude-codex/contracts';
import { SAMPLE } from '@claude-codex/contracts/sample';
import { SECRET } from './main-flow.ts';
import type { Person } from './person.ts';

export interface SampleTask {
  /** Absent: the sample's own. */
  readonly title?: string;
  readonly workflow?: 'develop' | 'plan-design-develop';
  readonly tone: 'Friendly' | 'Formal';
}

/** Starts a task on the sample and answers what its agent asks, until its code is in review. Gives the task's id. */
export async function sampleTaskInReview(person: Person, repositoryId: string, task: SampleTask): Promise<string> {
  const { api } = person;
  const { title = SAMPLE.suggestedTask.title, workflow = 'develop' } = task;
  const { description } = SAMPLE.suggestedTask;
  const taskId = await person.createTask({ title, description, repositoryId, workflow });
  for (const phase of workflow === 'develop' ? [] : ['plan', 'design']) {
    const review = await person.openReview(taskId, phase, 1);
    await api.patch(`/api/reviews/${review.id}/approve`, {});
  }
  if (title === SAMPLE.suggestedTask.title) {
    const question = await person.openQuestion(taskId);
    await api.post(`/api/questions/${question.id}/answer`, { choices: [task.tone] });
    await person.provide((await person.openDependency(taskId)).id, SECRET);
  }
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
