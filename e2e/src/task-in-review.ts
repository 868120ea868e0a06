import type { Person } from './person.ts';

/** A task of the sample repository whose work is done and waits for its reviewer. Gives its id. */
export async function taskInReview(person: Person): Promise<string> {
  const repository = await person.connectSample();
  const title = 'Greet visitors by the time of day';
  const taskId = await person.createTask({
    title,
    description: `${title}, signed with the key of the greeting service.`,
    repositoryId: repository.id,
    workflow: 'plan-design-develop',
  });
  const plan = await person.openReview(taskId, 'plan', 1);
  await person.api.patch(`/api/reviews/${plan.id}/approve`, {});
  const question = await person.openQuestion(taskId);
  await person.api.post(`/api/questions/${question.id}/answer`, { choices: [question.options[0]?.label ?? 'yes'] });
  await person.provide((await person.openDependency(taskId)).id, 'a-value');
  await person.openReview(taskId, 'develop', 1);
  return taskId;
}
