import { afterAll, beforeAll, expect, it } from 'vitest';
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

/** Two at a time, conflicts and other words: demo/src/script/again.int.test.ts. */
it('the sample leads to a change for somebody who tries it again, after a rejection and after a merge', async () => {
  const again = () => sampleTaskInReview(person, repositoryId);
  const rejected = await again();
  const review = await person.openReview(rejected, 'develop', 1);
  await person.api.patch(`/api/reviews/${review.id}/reject`, { summary: 'Just trying.' });
  const first = await again();
  await approveWithMerge(person, first, 1);
  await merged(person, first);
  const { changes } = await person.openReview(await again(), 'develop', 1);
  expect(changes?.commits.length).toBeGreaterThan(0);
}, 400_000);
