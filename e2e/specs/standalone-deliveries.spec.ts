import { AxeBuilder } from '@axe-core/playwright';
import type { CommandAccepted, RepositoryView } from '@claude-codex/contracts';
import { describeWith, waitFor } from '@claude-codex/testing';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { chromiumEngine } from '../src/browser.ts';
import { type GithubTeam, startGithubTeam } from '../src/github-team.ts';

const SLUG = 'team/shop';
const PAGE = '/settings/github/deliveries';

/** What GitHub's stand-in tells by webhook, as an owner sees it. */
describeWith(chromiumEngine, 'the log of webhook deliveries', () => {
  let team: GithubTeam;
  beforeAll(async () => {
    team = await startGithubTeam(SLUG, { hook: false });
  }, 120_000);
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await team.visitor.keepEvidence(task.name);
  });
  afterAll(() => team?.stop());

  async function hasNoBarrier(): Promise<void> {
    const { violations } = await new AxeBuilder({ page: team.visitor.page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  }

  it('says, empty, how webhooks are got and that nothing needs them', async () => {
    const { page } = team.visitor;
    await page.goto(PAGE);
    await page.getByText('Everything works without webhooks').waitFor();
    await page.getByText(`${team.server.url}/webhooks/github`).waitFor();
    await hasNoBarrier();
  });

  it('shows what came, what became of it, and its task; a replay stands beside the first', async () => {
    const { person, github, visitor, token } = team;
    const { page } = visitor;
    team.addHook();
    await page.goto('/settings#github');
    await page.getByLabel('Token', { exact: true }).fill(token);
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByText('team-bot').first().waitFor();
    const source = { kind: 'git', url: github.cloneUrl(SLUG) };
    const { id: repositoryId } = await person.api.post<CommandAccepted>('/api/repositories', { source });
    await waitFor('the repository to be copied', async () => {
      const { status } = await person.api.get<RepositoryView>(`/api/repositories/${repositoryId}`);
      return status === 'ready' || null;
    });
    const title = 'Write something down';
    const taskId = await person.createTask({ title, description: 'Write it.', repositoryId, workflow: 'develop' });
    const review = await person.openReview(taskId, 'develop', 1);
    await person.api.patch(`/api/reviews/${review.id}/approve`, { merge: null });
    const number = await person.waitForTask(taskId, 'on GitHub', ({ pullRequest }) => pullRequest?.number);
    await github.comment(SLUG, number, 'Looks fine.');

    await page.goto(PAGE);
    await waitFor('the comment to be handled', async () => {
      await page.getByRole('button', { name: 'Refresh' }).click();
      const row = page.getByRole('link', { name: /issue_comment\s+created/ }).filter({ hasText: 'Handled' });
      return (await row.count()) > 0 || null;
    });
    // The place where alerts are said is always there, empty.
    expect(await page.getByRole('alert').filter({ hasText: /\S/ }).allTextContents()).toEqual([]);
    await page.getByLabel('Event').selectOption('issue_comment');
    await page.waitForURL(/event=issue_comment/);
    await page.getByRole('link', { name: /issue_comment\s+created/ }).click();
    await page.getByRole('link', { name: `Pull request #${number}: ${title}` }).waitFor();
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByText(/^Again, for /).waitFor();
    await waitFor('both to be handled', async () => {
      const handled = page.getByRole('region', { name: 'Handled' }).getByText('Handled', { exact: true });
      return (await handled.count()) === 2 || null;
    });
    await page.getByText('Payload', { exact: false }).first().click();
    await page.getByText('"body": "Looks fine."').waitFor();
    await hasNoBarrier();
    await page.getByRole('link', { name: /Pull request #/ }).click();
    await page.getByRole('heading', { name: title }).waitFor();
  }, 200_000);

  it('counts what is refused, and looks at everything again when asked', async () => {
    const { page } = team.visitor;
    const forged = { method: 'POST', headers: { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }, body: '{}' };
    expect((await fetch(`${team.server.url}/webhooks/github`, forged)).status).toBe(401);
    await page.goto(PAGE);
    await waitFor('the count', async () => {
      await page.getByRole('button', { name: 'Refresh' }).click();
      return (await page.getByText('1 with a wrong signature').count()) > 0 || null;
    });
    await page.goto('/settings#github');
    await page.getByRole('button', { name: 'Read everything again' }).click();
    await page.getByText('1 pull request was looked at.').waitFor();
  });
});
