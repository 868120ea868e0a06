import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, setUpOwner } from '../src/person.ts';
import { approveWithMerge, merged, sampleTaskInReview } from '../src/sample-task.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from '../src/standalone.ts';

let server: StandaloneServer;
let person: Person;
let repositoryId: string;
beforeAll(async () => {
  server = await startStandalone();
  person = await setUpOwner(server.url, SETUP_TOKEN);
  repositoryId = (await person.connectSample()).id;
});
afterAll(() => server?.remove());

const startsAgain = async (task: Parameters<typeof sampleTaskInReview>[2]) =>
  sampleTaskInReview(person, repositoryId, task);

describe('the sample, for somebody who tries it more than once', () => {
  it('leads to a change after its task was rejected, and after it was merged', async () => {
    const rejected = await startsAgain({ tone: 'Formal' });
    const review = await person.openReview(rejected, 'develop', 1);
    await person.api.patch(`/api/reviews/${review.id}/reject`, { summary: 'Just trying.' });
    const first = await startsAgain({ tone: 'Formal' });
    await approveWithMerge(person, first, 1);
    await merged(person, first);
    const second = await startsAgain({ tone: 'Formal', workflow: 'plan-design-develop' });
    const { changes } = await person.openReview(second, 'develop', 1);
    expect(changes?.commits.length).toBeGreaterThan(0);
    await approveWithMerge(person, second, 1);
    await merged(person, second);
  }, 400_000);

  it('leads to two changes at a time, with changes requested, and to the end of both', async () => {
    const tasks = await Promise.all([startsAgain({ tone: 'Friendly' }), startsAgain({ tone: 'Formal' })]);
    const [reworked] = tasks;
    const review = await person.openReview(reworked, 'develop', 1);
    await person.api.patch(`/api/reviews/${review.id}/request-changes`, { summary: 'And an empty name?' });
    await approveWithMerge(person, reworked, 2);
    await merged(person, reworked);
    await resolveAndMerge(tasks[1]);
  });

  it('leads to changes with words of their own, two at a time', async () => {
    const tasks = await Promise.all(
      ['Say good night', 'Say goodbye'].map((title) => startsAgain({ title, tone: 'Friendly' })),
    );
    for (const taskId of tasks) await resolveAndMerge(taskId);
  });
});

/** Approves and merges; the base has moved, so the agent may have to bring both together first. */
async function resolveAndMerge(taskId: string): Promise<void> {
  await approveWithMerge(person, taskId, 1);
  const end = await person.waitForTask(taskId, 'merged or in conflict', ({ state, pullRequest }) =>
    state === 'completed' ? 'merged' : (pullRequest?.problem?.conflicts.length ?? 0) > 0 ? pullRequest : null,
  );
  if (end !== 'merged') {
    await person.api.post(`/api/pull-requests/${end?.id}/send-back`, {});
    await approveWithMerge(person, taskId, 2);
  }
  await merged(person, taskId);
}
