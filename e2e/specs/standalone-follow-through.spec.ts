import type { CommandAccepted, JournalPage, RepositoryView, ReviewView } from '@claude-codex/contracts';
import { describeWith, waitFor } from '@claude-codex/testing';
import type { FakeGithub } from '@claude-codex/testing/github/fake-github';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { chromiumEngine } from '../src/browser.ts';
import { type GithubTeam, startGithubTeam } from '../src/github-team.ts';
import type { Person } from '../src/person.ts';

const SLUG = 'team/shop';
const CHECK = 'ci / test';
const LOG = 'AssertionError: expected a note of two lines\n    at note.test.js:3:1';

describeWith(chromiumEngine, 'a pull request until it is merged', () => {
  let team: GithubTeam;
  let github: FakeGithub;
  let person: Person;
  let repositoryId: string;
  /** What a person has to do for it, each a click. */
  const clicks: string[] = [];

  beforeAll(async () => {
    team = await startGithubTeam(SLUG);
    ({ github, person } = team);
    github.addCollaborator(SLUG, 'grace', 'write');
    const { page } = team.visitor;
    await page.goto('/settings#github');
    await page.getByLabel('Token', { exact: true }).fill(team.token);
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByText('team-bot').first().waitFor();
    const source = { kind: 'git', url: github.cloneUrl(SLUG) };
    repositoryId = (await person.api.post<CommandAccepted>('/api/repositories', { source })).id;
    await waitFor('the repository to be copied', async () => {
      const { status } = await person.api.get<RepositoryView>(`/api/repositories/${repositoryId}`);
      return status === 'ready' || null;
    });
  }, 120_000);
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await team.visitor.keepEvidence(task.name);
  });
  afterAll(() => team?.stop());

  async function approve(review: ReviewView, merge: 'squash' | null = null): Promise<void> {
    clicks.push(`approve round ${review.round}${merge === null ? '' : ' and merge'}`);
    await person.api.patch(`/api/reviews/${review.id}/approve`, { merge });
  }

  const pullOf = (number: number) => {
    const { pull, ...issue } = github.issue(SLUG, number);
    if (pull === null) throw new Error('there is no pull request');
    return { ...issue, headSha: pull.headSha, onLines: pull.reviewComments.map(({ body }) => body) };
  };

  /** It stands there with another commit than before. */
  const moved = (number: number, before: string) =>
    waitFor('the pull request to be updated', () => {
      const { headSha } = pullOf(number);
      return headSha === before ? null : headSha;
    });

  /** What the agent of a task was told, among all it said and did. */
  async function told(taskId: string, words: string): Promise<void> {
    const { instances } = await person.task(taskId);
    const id = instances.at(-1)?.id ?? '';
    await waitFor(`the agent to hear "${words}"`, async () => {
      const { items } = await person.api.get<JournalPage>(`/api/instances/${id}/journal`);
      return JSON.stringify(items).includes(words) || null;
    });
  }

  it('goes back for a failed check and for a review by itself, and is one pull request all the way', async () => {
    clicks.push('start the task');
    const request = { title: 'Write a note', description: 'Write it down.', repositoryId, workflow: 'develop' };
    const taskId = await person.createTask(request);
    await approve(await person.openReview(taskId, 'develop', 1));
    const number = await person.waitForTask(taskId, 'on GitHub', ({ pullRequest }) => pullRequest?.number);
    const first = pullOf(number).headSha;

    await github.setCheck(SLUG, first, { name: CHECK, conclusion: 'failure', log: LOG });
    const second = await person.openReview(taskId, 'develop', 2);
    await told(taskId, 'expected a note of two lines');
    const comment = () => pullOf(number).comments.map(({ body }) => body);
    await waitFor('the comment', () => comment().some((body) => /Round 1 of 10.*waits for review/.test(body)) || null);
    await approve(second);
    const next = await moved(number, first);

    await github.setCheck(SLUG, next, { name: CHECK, conclusion: 'success' });
    const [file] = (await person.diff(taskId)).files;
    const remark = { path: file?.path ?? '', line: 1, body: 'Say hello first.' };
    await github.review(SLUG, number, { by: 'grace', verdict: 'COMMENT', comments: [remark] });
    const third = await person.openReview(taskId, 'develop', 3);
    await told(taskId, 'Say hello first.');
    const isAnswer = (body: string) => body.includes('**The agent** of');
    await waitFor('the answer of the agent there', () => pullOf(number).onLines.some(isAnswer) || null);
    await approve(third, 'squash');

    const done = await person.waitForTask(taskId, 'completed', (task) => (task.state === 'completed' ? task : null));
    expect(done.pullRequest).toMatchObject({ number, status: 'merged', mergeSha: await github.headOf(SLUG, 'main') });
    expect(() => github.issue(SLUG, number + 1)).toThrow();
    expect(comment()).toHaveLength(1);
    expect(pullOf(number).onLines).toHaveLength(2);
    expect(github.violations).toEqual([]);
    process.stdout.write(`a person's clicks: ${clicks.length} (${clicks.join(', ')})\n`);
    expect(clicks).toHaveLength(4);
  }, 200_000);
});
