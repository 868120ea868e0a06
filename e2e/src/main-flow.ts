import type { TaskView } from '@claude-codex/contracts';
import { expect } from 'vitest';
import type { Person } from './person.ts';

export const SECRET = 'canary-7f3a-secret-value-do-not-store';

/** Called between the steps; a test that breaks things does it here. */
export type Between = (step: string) => Promise<void>;

/**
 * The main job, start to end: plan, edited and approved; a question and a dependency answered; changes requested on a
 * line; reworked; approved; merged. Returns the finished task.
 */
export async function runMainFlow(person: Person, between: Between = async () => undefined): Promise<TaskView> {
  const { api } = person;
  const repository = await person.connectSample();
  const taskId = await person.createTask({
    title: 'Greet visitors by the time of day',
    description:
      'Greet visitors by the time of day: morning, afternoon and evening. Lines need a signature made with the key of the greeting service.',
    repositoryId: repository.id,
    workflow: 'plan-design-develop',
  });
  await between('task created');

  const plan = await person.openReview(taskId, 'plan', 1);
  const document = await api.get<{ content: string }>(`/api/tasks/${taskId}/documents?path=PLAN.md`);
  expect(document.content.length).toBeGreaterThan(50);
  await between('plan in review');
  await api.put(`/api/reviews/${plan.id}/documents`, {
    path: 'PLAN.md',
    content: `${document.content}\n\nNote from the reviewer: keep the greetings short.\n`,
  });
  await api.patch(`/api/reviews/${plan.id}/approve`, {});
  await between('plan approved');

  const question = await person.openQuestion(taskId);
  await between('question open');
  const [first] = question.options;
  await api.post(
    `/api/questions/${question.id}/answer`,
    first === undefined ? { text: 'yes' } : { choices: [first.label] },
  );
  await between('question answered');

  const dependency = await person.openDependency(taskId);
  await between('dependency open');
  await person.provide(dependency.id, SECRET);
  await between('dependency provided');

  const change = await person.openReview(taskId, 'develop', 1);
  expect(change.changes?.commits.length).toBeGreaterThan(0);
  const diff = await person.diff(taskId);
  const file = diff.files.find(({ status, hunks }) => status === 'modified' && hunks.length > 0) ?? diff.files[0];
  const line = file?.hunks[0]?.lines.find(({ kind }) => kind === 'added');
  if (file === undefined || line?.newLine === null || line === undefined) throw new Error('the diff has no added line');
  await between('change in review');
  await api.post(`/api/reviews/${change.id}/comments`, {
    path: file.path,
    side: 'new',
    startLine: line.newLine,
    endLine: line.newLine,
    quote: line.text,
    body: 'What happens with an empty name? Please handle it and cover it with a test.',
  });
  await api.patch(`/api/reviews/${change.id}/request-changes`, { summary: 'Nearly there.' });
  await between('changes requested');

  const second = await person.openReview(taskId, 'develop', 2);
  expect(second.changes?.headSha).not.toBe(change.changes?.headSha);
  await between('rework in review');
  const [thread] = (await api.get<TaskView>(`/api/tasks/${taskId}`)).threads;
  expect(thread).toMatchObject({ status: 'open', round: 1 });
  await api.patch(`/api/threads/${thread?.id}/resolve`);
  await api.patch(`/api/reviews/${second.id}/approve`, { note: 'Thank you.', merge: 'merge' });
  await between('approved');

  return person.waitForTask(taskId, 'completed', (task) => (task.state === 'completed' ? task : null));
}
