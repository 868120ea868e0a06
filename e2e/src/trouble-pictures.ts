import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandAccepted, RepositoryView } from '@claude-codex/contracts';
import { waitFor } from '@claude-codex/testing';
import type { Browser } from 'playwright-core';
import { type LookingVisitor, openLooks, settle, signInAll } from './browser-looks.ts';
import { MOODS, startMoodyProvider } from './moody-provider.ts';
import { type Person, setUpOwner } from './person.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from './standalone.ts';

const PATIENCE = { timeout: 60_000 };
/** Root's agents always have a sandbox or another user; an ordinary user's may have neither. */
const ORDINARY = 65_534;
/** Covers the program that makes sandboxes, for the server alone: nothing of the machine changes. */
const WITHOUT_SANDBOX = ['unshare', '--mount', 'sh', '-c', 'mount --bind /dev/null /usr/bin/bwrap && exec "$@"', 'sh'];
const RED_CHECK = 'echo "not ok 1 - greets an empty name" && echo "# fail 1" && exit 1';

interface Stage {
  readonly person: Person;
  shoot(name: string, path: string, ready: (visitor: LookingVisitor) => Promise<unknown>): Promise<void>;
}

/** What a person meets when something is wrong, in every look: each picture must say the cause and offer the way on. */
export async function takeTroublePictures(browser: Browser, folder: string): Promise<void> {
  const onStage = async (server: StandaloneServer, act: (stage: Stage) => Promise<void>) => {
    try {
      const person = await setUpOwner(server.url, SETUP_TOKEN);
      const visitors = (await openLooks(browser, server.url)).filter(({ look }) => look !== 'phone-dark');
      await signInAll(visitors, server.url);
      await act({
        person,
        async shoot(name, path, ready) {
          for (const visitor of visitors) {
            await settle(visitor, path);
            await ready(visitor);
            const file = join(folder, `trouble-${name}-${visitor.look}.png`);
            await visitor.page.screenshot({ path: file, animations: 'disabled' });
          }
        },
      });
      for (const visitor of visitors) await visitor.close();
    } finally {
      await server.remove();
    }
  };

  await onStage(await startStandalone(), redCheckAndConflict);
  await onStage(await startStandalone({}, ORDINARY, WITHOUT_SANDBOX), consent);
  const provider = await startMoodyProvider();
  provider.mood = MOODS.refusesKey;
  const keys = { ANTHROPIC_BASE_URL: provider.url, ANTHROPIC_API_KEY: 'sk-ant-not-a-key' };
  await onStage(await startStandalone(keys), keyRefused).finally(() => provider.close());
}

async function redCheckAndConflict({ person, shoot }: Stage): Promise<void> {
  const source = await mkdtemp(join(tmpdir(), 'claude-codex-pictures-'));
  const git = (...args: string[]) => execFileSync('git', ['-C', source, ...args]);
  const commit = async (file: string, content: string) => {
    await writeFile(join(source, file), content);
    git('add', '.');
    git('-c', 'user.name=Grace', '-c', 'user.email=grace@example.org', 'commit', '-q', '-m', `Change ${file}`);
  };
  try {
    git('init', '-q', '-b', 'main');
    await commit('README.md', '# Front desk\n');
    const checks = (checkCommand: string | null) => ({ name: 'front-desk', baseBranch: null, checkCommand });
    const connected = { source: { kind: 'path', path: source }, name: 'front-desk', checkCommand: RED_CHECK };
    const { id } = await person.api.post<CommandAccepted>('/api/repositories', connected);
    await waitFor('the repository', async () => {
      const { status } = await person.api.get<RepositoryView>(`/api/repositories/${id}`);
      return status === 'ready';
    });
    const inReview = async (title: string) => {
      const taskId = await person.createTask({ title, description: '', repositoryId: id, workflow: 'develop' });
      return { taskId, review: await person.openReview(taskId, 'develop', 1) };
    };

    const red = await inReview('Greet visitors without a name');
    await shoot('red-check', `/tasks/${red.taskId}/changes`, ({ page }) =>
      page
        .getByText(/failed/i)
        .filter({ visible: true })
        .first()
        .waitFor(PATIENCE),
    );
    await shoot('red-check-asked', `/tasks/${red.taskId}/changes`, async ({ page }) => {
      await page
        .getByRole('button', { name: /^Approve/ })
        .first()
        .click();
      await page.getByRole('button', { name: /anyway/i }).waitFor(PATIENCE);
    });
    await shoot('attention', '/attention', ({ page }) =>
      page.getByText('Greet visitors').filter({ visible: true }).first().waitFor(PATIENCE),
    );

    await person.api.patch(`/api/repositories/${id}`, checks(null));
    const { taskId, review } = await inReview('Write down who is at the desk');
    await commit('NOTES.md', '# Notes\n\nThe desk is open from eight.\n');
    await person.api.post(`/api/repositories/${id}/refresh`, {});
    await person.api.patch(`/api/reviews/${review.id}/approve`, { merge: 'merge' });
    const ask = { name: 'Ask the agent to resolve' };
    await shoot('conflict', `/tasks/${taskId}/changes`, ({ page }) => page.getByRole('button', ask).waitFor(PATIENCE));
    const { pullRequest } = await person.task(taskId);
    await person.api.post(`/api/pull-requests/${pullRequest?.id}/send-back`, {});
    await person.openReview(taskId, 'develop', 2);
    await shoot('conflict-resolved', `/tasks/${taskId}/changes`, ({ page }) =>
      page.locator('table').filter({ visible: true }).first().waitFor(PATIENCE),
    );
  } finally {
    await rm(source, { recursive: true, force: true });
  }
}

async function consent({ person, shoot }: Stage): Promise<void> {
  const repository = await person.connectSample();
  const draft = { title: 'Greet visitors', description: '', repositoryId: repository.id, execute: false };
  const taskId = await person.createTask(draft);
  await shoot('consent', `/tasks/${taskId}`, async ({ page }) => {
    await page.getByRole('button', { name: 'Start', exact: true }).filter({ visible: true }).first().click();
    await page.getByRole('dialog').waitFor(PATIENCE);
  });
}

async function keyRefused({ person, shoot }: Stage): Promise<void> {
  const repository = await person.connectSample();
  const title = 'Greet visitors by the time of day';
  const taskId = await person.createTask({ title, description: '', repositoryId: repository.id, workflow: 'develop' });
  await person.waitForTask(taskId, 'held back', ({ held }) => held?.cause === 'model_credential_refused');
  const said = ({ page }: LookingVisitor) =>
    page
      .getByText(/refuses its credential|ANTHROPIC_API_KEY/)
      .filter({ visible: true })
      .first()
      .waitFor(PATIENCE);
  await shoot('key-refused', '/attention', said);
  await shoot('key-refused-task', `/tasks/${taskId}`, said);
}
