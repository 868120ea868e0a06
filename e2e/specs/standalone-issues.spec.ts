import { AxeBuilder } from '@axe-core/playwright';
import type { BoardView, CommandAccepted, RepositoryView } from '@claude-codex/contracts';
import { describeWith, waitFor } from '@claude-codex/testing';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { chromiumEngine, PHONE } from '../src/browser.ts';
import { type GithubTeam, startGithubTeam } from '../src/github-team.ts';

const SLUG = 'team/shop';

describeWith(chromiumEngine, 'issues on GitHub become tasks', () => {
  let team: GithubTeam;
  let repositoryId: string;
  beforeAll(async () => {
    team = await startGithubTeam(SLUG);
    const { github, person, visitor, token } = team;
    const issues = [
      ['Greet visitors by the time of day', ['bug', 'good first issue']],
      ['Say goodbye in the evening, closes #1', ['bug']],
      ['The opening hours are wrong on holidays', []],
    ] as const;
    for (const [title, labels] of issues) await github.openIssue(SLUG, { title, labels, body: `Please: ${title}.` });
    await github.openIssue(SLUG, { title: 'Done long ago' });
    await github.close(SLUG, 4);
    const { page } = visitor;
    await page.goto('/settings#github');
    await page.getByLabel('Token', { exact: true }).fill(token);
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByText('team-bot').first().waitFor();
    const source = { kind: 'git', url: github.cloneUrl(SLUG) };
    repositoryId = (await person.api.post<CommandAccepted>('/api/repositories', { source })).id;
    await waitFor('the repository to be copied', async () => {
      const { status } = await person.api.get<RepositoryView>(`/api/repositories/${repositoryId}`);
      return status === 'ready' || null;
    });
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await team.visitor.keepEvidence(task.name);
  });
  afterAll(() => team?.stop());

  const tasks = async () => {
    return (await team.person.api.get<BoardView>('/api/tasks')).tasks;
  };

  /** What axe finds, at a desk and on a phone, and whether a phone has to be scrolled sideways. */
  async function looksRight(): Promise<void> {
    const { page } = team.visitor;
    const before = page.viewportSize();
    for (const size of [before, PHONE]) {
      if (size !== null) await page.setViewportSize(size);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    }
    if (before !== null) await page.setViewportSize(before);
  }

  it('are found in the navigation, narrowed, and two of them started at once', async () => {
    const { page } = team.visitor;
    await page.goto('/');
    await page.getByRole('navigation').getByRole('link', { name: 'Issues' }).first().click();
    const list = page.getByRole('list', { name: 'Issues' });
    await list.getByRole('link', { name: /opening hours/ }).waitFor();
    expect(await list.getByText('Done long ago').count()).toBe(0);
    await list.getByRole('button', { name: 'bug' }).first().click();
    await list.getByRole('link', { name: /opening hours/ }).waitFor({ state: 'detached' });
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.getByText('2 chosen').waitFor();
    await looksRight();
    await page.getByLabel('Workflow').selectOption('develop');
    await page.getByRole('button', { name: 'Start 2 tasks' }).click();
    await list.getByRole('link', { name: /Task 2/ }).waitFor();
    await list.getByRole('link', { name: /Task 1/ }).waitFor();
    await looksRight();
    expect((await tasks()).map(({ origin }) => origin?.number).sort()).toEqual([1, 2]);
  });

  it('close with the merge of their work, each by its own pull request alone', async () => {
    const { github, person, visitor } = team;
    const { page } = visitor;
    const task = (await tasks()).find(({ origin }) => origin?.number === 2);
    if (task === undefined) throw new Error('there is no task from issue 2');
    await page.goto(`/tasks/${task.id}`);
    await page.getByRole('link', { name: 'issue #2' }).first().waitFor();
    const review = await person.openReview(task.id, 'develop', 1);
    await person.api.patch(`/api/reviews/${review.id}/approve`, { merge: 'squash' });
    await person.waitForTask(task.id, 'completed', ({ state }) => state === 'completed' || null);
    const done = await person.task(task.id);
    expect(github.issue(SLUG, done.pullRequest?.number ?? 0).body).toContain('Closes #2');
    expect(github.issue(SLUG, 2).state).toMatchObject({ name: 'closed' });
    expect(github.issue(SLUG, 1).state).toMatchObject({ name: 'open' });
  }, 60_000);

  it('are recognised by their address where a task is written', async () => {
    const { github, visitor } = team;
    const { page } = visitor;
    await page.goto('/');
    await page
      .getByRole('textbox', { name: 'New task' })
      .fill(`${github.webUrl}/${SLUG}/issues/3\nOnly the bank holidays.`);
    await page.getByText(/From issue #3/).waitFor();
    await looksRight();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByText('Started from issue #3').waitFor();
    const made = (await tasks()).find(({ origin }) => origin?.number === 3);
    expect(made?.title).toBe('The opening hours are wrong on holidays');
  });

  it('are where a task is started and stopped, by whoever may write there, and say how it stands', async () => {
    const { github, visitor } = team;
    for (const [login, role] of [
      ['grace', 'write'],
      ['linus', 'read'],
    ] as const)
      github.addCollaborator(SLUG, login, role);
    const { number } = await github.openIssue(SLUG, { title: 'Say when we are closed', by: 'grace' });
    const { comments } = github.issue(SLUG, number);
    const isSaid = (words: RegExp) => waitFor(`${words}`, () => comments.some(({ body }) => words.test(body)) || null);
    await github.comment(SLUG, number, '/codex start', { by: 'linus' });
    await github.comment(SLUG, number, '/codex start', { by: 'grace' });
    await isSaid(/At work|Waits to start/);
    const made = (await tasks()).filter(({ origin }) => origin?.number === number);
    expect(made.map(({ createdBy }) => createdBy)).toEqual(['github:grace']);
    const { page } = visitor;
    await page.goto(`/tasks/${made[0]?.id}`);
    await page.getByText('GitHub: grace').first().waitFor();

    await github.comment(SLUG, number, '/codex stop\nWe are never closed.', { by: 'grace' });
    await isSaid(/Cancelled/);
    await github.comment(SLUG, number, '/codex pause', { by: 'grace' });
    await isSaid(/`\/codex pause`: /);
    const signs = comments.map(({ reactions }) => reactions.map(({ content }) => content).join());
    await waitFor(
      'the last sign',
      () => comments.some(({ reactions }) => reactions[0]?.content === 'confused') || null,
    );
    expect(signs.slice(0, 2)).toEqual(['', '+1']);

    await page.goto('/settings#github');
    await page.getByText('Who gives commands from GitHub').click();
    await page.getByLabel('Member that grace stands for').selectOption({ index: 1 });
    await page.getByText(/^Set by/).waitFor();
    await looksRight();
  }, 60_000);

  it('are proposed by an agent, read and chosen by a person, and opened there once', async () => {
    const { github, person, visitor } = team;
    const { page } = visitor;
    await page.goto('/');
    await page.getByRole('textbox', { name: 'New task' }).fill('Propose issues for what is missing here');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.goto('/attention');
    const card = page.getByRole('region', { name: /^Proposed issues/ });
    await card.getByText('Run the tests on every push').waitFor({ timeout: 60_000 });
    await card.getByRole('button', { name: 'Text of “Run the tests on every push”' }).click();
    await card.getByText('With the command that the README names.').waitFor();
    await looksRight();
    await card.getByLabel('Open “Name who looks after it”').uncheck();
    await card.getByRole('button', { name: 'Open 2 issues' }).click();
    await card.waitFor({ state: 'detached' });
    const task = (await tasks()).find(({ title }) => title.startsWith('Propose issues'));
    await page.goto(`/tasks/${task?.id}`);
    const decided = page.getByRole('region', { name: /^Proposed issues/ });
    await decided
      .getByRole('link', { name: /^#\d+$/ })
      .nth(1)
      .waitFor();
    await decided.getByText('Not chosen').waitFor();
    await looksRight();
    const opened = (await person.task(task?.id ?? '')).issueProposals[0]?.issues.map((issue) => issue.opened?.number);
    const [first = 0, second = 0] = opened ?? [];
    expect(opened).toEqual([first, second, undefined]);
    expect(github.issue(SLUG, second)).toMatchObject({ title: 'Run the tests on every push' });
    expect([...github.issue(SLUG, second).blockedBy]).toEqual([first]);
  }, 120_000);

  it('are read as GitHub describes it', () => expect(team.github.violations).toEqual([]));
});
