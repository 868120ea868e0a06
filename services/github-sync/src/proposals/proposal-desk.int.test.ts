import { type ProposedIssue, streamOf } from '@claude-codex/contracts';
import { issueProposalDecider } from '@claude-codex/domain';
import { loadState } from '@claude-codex/eventing';
import { newId } from '@claude-codex/service-kit/ids';
import { waitFor } from '@claude-codex/testing/wait-for';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AppHouse, SLUG, startAppHouse } from '../deliveries/app-house.fixture.ts';

const CREATE = { operation: 'issues/create' };
const LIST: readonly ProposedIssue[] = [
  { title: 'Read the setting', body: 'It has @grace in it, and closes #1.', labels: ['plan'], after: [] },
  { title: 'Greet by it', body: 'By the time of day.', labels: [], after: [0] },
  { title: 'Say goodbye', body: 'By it, too.', labels: [], after: [0, 1] },
];

let house: AppHouse;
let proposal: string;
beforeEach(async () => {
  house = await startAppHouse({ reconcileMs: 3_600_000 });
  proposal = newId();
  const of = { taskId: newId(), repositoryId: house.repositoryId, instanceId: newId(), phase: 'plan' };
  const data = { ...of, issues: LIST };
  await house.append(streamOf('proposal', proposal), { type: 'IssuesProposed', data });
});
afterEach(async () => {
  expect(house.github.violations).toEqual([]);
  await house.stop();
});

const accept = (...chosen: number[]) =>
  house.append(streamOf('proposal', proposal), { type: 'IssuesAccepted', data: { taskId: newId(), chosen } });

/** What became of each, once nothing is wanted any more. */
function outcomes(): Promise<readonly { readonly status: string; readonly detail?: string }[]> {
  return waitFor(
    'what was wanted to come to an end',
    async () => {
      const state = await loadState(house.store, streamOf('proposal', proposal), issueProposalDecider);
      if (state.status === 'none' || state.outcomes.some(({ status }) => status === 'wanted')) return null;
      return state.outcomes.some(({ status }) => status !== 'proposed') ? state.outcomes : null;
    },
    { timeoutMs: 30_000 },
  );
}

it('opens what a person chose, in order, each naming what it depends on, and nothing else', async () => {
  await accept(0, 2);
  expect((await outcomes()).map(({ status }) => status)).toEqual(['opened', 'proposed', 'opened']);
  const [first, third] = [house.github.issue(SLUG, 1), house.github.issue(SLUG, 2)];
  expect([first.title, third.title]).toEqual(['Read the setting', 'Say goodbye']);
  expect(first.labels.map(({ name }) => name)).toEqual(['plan']);
  expect([...third.blockedBy]).toEqual([1]);
  expect(third.body).toMatch(/^<!-- claude-codex issue .+-2 -->\nBy it, too\.\n\nDepends on:\n- #1\n\n\*Proposed by/);
  // Nobody is called, and no other issue is closed by what an agent wrote.
  expect(first.body).not.toMatch(/@grace|closes #1/);
  expect(house.github.requests.of('issues/create')).toBe(2);
});

it('opens none twice, whoever was cut off when', async () => {
  house.github.fault({ match: CREATE, times: 2, effect: { kind: 'lose-answer' } });
  await accept(0, 1, 2);
  await outcomes();
  const titles = [1, 2, 3].map((number) => house.github.issue(SLUG, number).title);
  expect(titles).toEqual(LIST.map(({ title }) => title));
  expect(() => house.github.issue(SLUG, 4)).toThrow();
});

it('writes down what GitHub does not take, and tries that again when somebody wants it again', async () => {
  const effect = { kind: 'status', status: 410, message: 'Issues has been disabled in this repository.' } as const;
  house.github.fault({ match: CREATE, times: 1, effect });
  await accept(0, 1);
  const [first, second] = await outcomes();
  expect(first).toEqual({ status: 'refused', detail: 'GitHub says: Issues has been disabled in this repository' });
  expect(second).toMatchObject({ status: 'opened' });
  await accept(0);
  await waitFor('the other one', async () => (await outcomes())[0]?.status === 'opened' || null);
});

it('waits while GitHub takes no more requests', async () => {
  house.github.fault({ match: CREATE, times: 1, effect: { kind: 'primary-limit', resetInSeconds: 2 } });
  await accept(0);
  expect((await outcomes())[0]).toMatchObject({ status: 'opened', number: 1 });
});

it('says of a repository that was removed that nothing is opened there', async () => {
  await house.append(streamOf('repository', house.repositoryId), { type: 'RepositoryRemoved', data: {} });
  await accept(1);
  expect((await outcomes())[1]).toEqual({ status: 'refused', detail: 'The repository was removed.' });
});
