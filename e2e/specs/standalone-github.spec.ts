import type { CommandAccepted, RepositoryView, TaskView } from '@claude-codex/contracts';
import { describeWith, waitFor } from '@claude-codex/testing';
import type { FakeGithub } from '@claude-codex/testing/github/fake-github';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { chromiumEngine, type Visitor } from '../src/browser.ts';
import { type GithubTeam, startGithubTeam } from '../src/github-team.ts';
import type { Person } from '../src/person.ts';
import type { StandaloneServer } from '../src/standalone.ts';

const SLUG = 'team/shop';

describeWith(chromiumEngine, 'work on GitHub', () => {
  let team: GithubTeam | undefined;
  let github: FakeGithub;
  let server: StandaloneServer;
  let visitor: Visitor;
  let person: Person;
  let token: string;
  let repositoryId: string;
  beforeAll(async () => {
    team = await startGithubTeam(SLUG);
    ({ github, server, visitor, person, token } = team);
    github.addCollaborator(SLUG, 'grace', 'write');
  }, 120_000);
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await visitor.keepEvidence(task.name);
  });
  afterAll(() => team?.stop());

  /** A task whose work is handed over and approved; gives it with the pull request that stands on GitHub. */
  async function approved(title: string, merge: 'squash' | null = null) {
    const taskId = await person.createTask({ title, description: 'Write it down.', repositoryId, workflow: 'develop' });
    const review = await person.openReview(taskId, 'develop', 1);
    await person.api.patch(`/api/reviews/${review.id}/approve`, { merge });
    const number = await person.waitForTask(taskId, 'on GitHub', ({ pullRequest }) => pullRequest?.number);
    return { taskId, number };
  }

  const pullRequest = ({ pullRequest: found }: TaskView) => {
    if (found === null) throw new Error('there is no pull request');
    return found;
  };

  it('begins with a token, which is looked at before it is kept', async () => {
    const { page } = visitor;
    await page.goto('/settings#github');
    await page.getByLabel('Token', { exact: true }).fill('github_pat_of_nobody');
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByText(/not accept the token/).waitFor();
    await page.getByLabel('Token', { exact: true }).fill(token);
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByText('team-bot').first().waitFor();
  });

  it('reaches a private repository by the address people copy', async () => {
    const url = github.cloneUrl(SLUG);
    const { id } = await person.api.post<CommandAccepted>('/api/repositories', { source: { kind: 'git', url } });
    repositoryId = id;
    const repository = await waitFor('the repository to be copied', async () => {
      const found = await person.api.get<RepositoryView>(`/api/repositories/${id}`);
      if (found.status === 'unavailable') throw new Error(JSON.stringify(found.problem));
      return found.status === 'ready' ? found : null;
    });
    expect(repository.source).toMatchObject({ kind: 'forge', provider: 'github', slug: SLUG });
    // Here people decide what becomes of a red check; that it goes back by itself has a spec of its own.
    const { name, baseBranch, checkCommand } = repository;
    const followThrough = { automatic: false, rounds: 10 };
    await person.api.patch(`/api/repositories/${id}`, { name, baseBranch, checkCommand, followThrough });
  });

  it('opens what was approved as a pull request, shows its checks, and merges it from here', async () => {
    const { taskId, number } = await approved('Write something down');
    const { title, body, pull } = github.issue(SLUG, number) as ReturnType<FakeGithub['issue']> & {
      pull: { headSha: string };
    };
    expect(title).toBe('Write something down');
    expect(body).toContain(`/tasks/${taskId}`);
    await github.setCheck(SLUG, pull.headSha, { name: 'ci / test', status: 'completed', conclusion: 'failure' });
    const failing = (task: TaskView) => pullRequest(task).checks?.verdict === 'failed';
    await person.waitForTask(taskId, 'shown as failing', (task) => failing(task) || null);
    const { page } = visitor;
    await page.goto(`/tasks/${taskId}`);
    await page
      .getByRole('link', { name: `#${number}` })
      .first()
      .waitFor();
    await page.getByText('ci / test').first().waitFor();

    await github.setCheck(SLUG, pull.headSha, { name: 'ci / test', status: 'completed', conclusion: 'success' });
    const green = (task: TaskView) => pullRequest(task).checks?.verdict === 'passed';
    await person.waitForTask(taskId, 'shown as passing', (task) => green(task) || null);
    const { id } = pullRequest(await person.task(taskId));
    await person.api.post(`/api/pull-requests/${id}/merge`, { strategy: 'squash' });
    const done = await person.waitForTask(taskId, 'completed', (task) => (task.state === 'completed' ? task : null));
    expect(pullRequest(done)).toMatchObject({ status: 'merged', mergeSha: await github.headOf(SLUG, 'main') });
  }, 200_000);

  it('says what GitHub wants before a merge, waits for it once pressed, and goes on when it is opened again there', async () => {
    github.requireChecks(SLUG, 'main', ['ci']);
    const { taskId, number } = await approved('Write what is protected');
    const { pull } = github.issue(SLUG, number);
    const sha = pull?.headSha ?? '';
    await github.setCheck(SLUG, sha, { name: 'ci', status: 'in_progress' });
    const { page } = visitor;
    await page.goto(`/tasks/${taskId}`);
    await page.getByText('The required check "ci" has not passed yet.').first().waitFor();
    await page.getByRole('button', { name: 'More ways to merge' }).waitFor();
    await page.getByRole('button', { name: 'Merge when ready' }).click();
    await page.getByRole('button', { name: 'Take back the merge' }).waitFor();
    await person.waitForTask(taskId, 'held', ({ held }) => (held?.cause === 'forge_rules' ? held : null));
    await page.getByRole('button', { name: 'Take back the merge' }).click();
    await page.getByRole('button', { name: 'Merge when ready' }).waitFor();

    await github.close(SLUG, number, { by: 'grace' });
    await person.waitForTask(taskId, 'cancelled', ({ state }) => state === 'cancelled' || null);
    await github.reopen(SLUG, number, { by: 'grace' });
    await person.waitForTask(taskId, 'open again', ({ state }) => state === 'ready_to_merge' || null);
    await page.getByRole('button', { name: 'Merge when ready' }).click();
    await page.getByRole('button', { name: 'Take back the merge' }).waitFor();
    await github.setCheck(SLUG, sha, { name: 'ci', conclusion: 'success' });
    await person.waitForTask(taskId, 'completed', ({ state }) => state === 'completed' || null);
    expect(github.issue(SLUG, number).pull?.merged).not.toBeNull();
    github.requireChecks(SLUG, 'main', []);
  }, 200_000);

  it('shows what is said of its lines there, and says there what is answered and resolved here', async () => {
    const { taskId, number } = await approved('Write what is talked about');
    const [file] = (await person.diff(taskId)).files;
    const written = file?.hunks.flatMap(({ lines }) => lines).find(({ kind }) => kind === 'added');
    const comment = {
      path: file?.path ?? '',
      line: written?.newLine ?? 1,
      body: 'Say <b>hello</b> first.',
      by: 'grace',
    };
    const { id } = await github.lineComment(SLUG, number, comment);
    const there = () => {
      const { pull } = github.issue(SLUG, number);
      if (pull === null) throw new Error('there is no pull request');
      return pull;
    };
    const { page } = visitor;
    await page.goto(`/tasks/${taskId}/changes`);
    const thread = page.getByRole('region', { name: /thread by GitHub: grace/i });
    await thread.getByText(comment.body).waitFor();
    expect(await thread.getByRole('link', { name: 'On GitHub' }).getAttribute('href')).toContain(`#discussion_r${id}`);
    await thread.getByRole('button', { name: 'Reply' }).click();
    await page.getByRole('textbox', { name: 'Reply' }).fill('It does.');
    await thread.getByRole('button', { name: 'Reply' }).last().click();
    const answers = () => there().reviewComments.filter(({ inReplyTo }) => inReplyTo === id);
    await waitFor('the answer there', () => answers().some(({ body }) => body.endsWith('It does.')) || null);
    await thread.getByRole('button', { name: 'Resolve', exact: true }).click();
    await waitFor('it to be resolved there', () => there().settledThreads.has(id) || null);
    await github.unresolveThread(SLUG, number, id, { by: 'grace' });
    await page.getByRole('button', { name: 'Unresolved (1)' }).waitFor();
    expect(answers()).toHaveLength(1);
  }, 200_000);

  it('is over when it is merged there, and cancelled when it is closed there, even if no webhook told', async () => {
    const [merged, closed] = [await approved('Write one more thing'), await approved('Write what nobody wants')];
    await github.merge(SLUG, merged.number, { method: 'merge' });
    await person.waitForTask(merged.taskId, 'completed', (task) => task.state === 'completed' || null);
    github.webhooks.set({ drop: true });
    await github.close(SLUG, closed.number);
    await person.waitForTask(closed.taskId, 'cancelled', (task) => task.state === 'cancelled' || null);
    github.webhooks.set({ drop: false });
  }, 200_000);

  it('waits while GitHub is away, says so, and is merged once when it is back', async () => {
    github.fault({ match: { path: /^\/repos\// }, times: 10_000, effect: { kind: 'status', status: 502 } });
    const taskId = await person.createTask({
      ...{ title: 'Write while it is away', description: 'Write it down.', repositoryId, workflow: 'develop' },
    });
    const review = await person.openReview(taskId, 'develop', 1);
    await person.api.patch(`/api/reviews/${review.id}/approve`, { merge: 'squash' });
    await person.waitForTask(taskId, 'held', ({ held }) => (held?.cause === 'forge_away' ? held : null));
    github.clearFaults();
    const done = await person.waitForTask(taskId, 'completed', (task) => (task.state === 'completed' ? task : null));
    expect(pullRequest(done)).toMatchObject({ status: 'merged', mergeSha: await github.headOf(SLUG, 'main') });
  }, 200_000);

  it('keeps the token out of what it says, and asks as GitHub describes it', async () => {
    const { events } = await person.api.get<{ events: unknown[] }>('/api/events?limit=200');
    expect(JSON.stringify(events)).not.toContain(token);
    expect(server.output()).not.toContain(token);
    expect(github.violations).toEqual([]);
  });
});
