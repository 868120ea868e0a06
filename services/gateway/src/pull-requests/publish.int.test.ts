import { type SessionView, streamOf } from '@claude-codex/contracts';
import { newId } from '@claude-codex/service-kit/ids';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, join, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { append, furnish } from '../workspace.fixture.ts';

let gateway: TestGateway;
let owner: Client;
let workspaceId: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
  workspaceId = ((await owner.call('GET', '/api/session')).body as SessionView).workspace?.id ?? '';
});
afterAll(() => gateway.stop());

const failed = { type: 'PullRequestPublishFailed', data: { code: 'BRANCH_TAKEN', detail: 'Somebody pushed.' } };

/** A pull request that is to be opened at GitHub, after `events`. */
async function opened(...events: { type: string; data: unknown }[]) {
  const id = newId();
  const { taskId, repositoryId } = await furnish(gateway, workspaceId);
  const facts = { taskId, repositoryId, provider: 'github', number: null, url: null };
  const work = {
    branch: 'codex/1',
    baseBranch: 'main',
    headSha: 'b'.repeat(40),
    title: 'Greet',
    body: '',
    draft: false,
  };
  const first = { type: 'PullRequestOpened', data: { ...facts, ...work } };
  await append(gateway, workspaceId, streamOf('pullrequest', id), [first, ...events]);
  return id;
}

const typesOf = async (id: string) =>
  (await gateway.store.readStream(streamOf('pullrequest', id))).map(({ type }) => type);

it('what could not be opened at its forge is asked for again, once however often it is pressed', async () => {
  const id = await opened(failed);
  const first = await owner.call('POST', `/api/pull-requests/${id}/publish`);
  expect([first.status, first.body]).toEqual([200, { id, position: expect.any(Number) }]);
  expect((await owner.call('POST', `/api/pull-requests/${id}/publish`)).status).toBe(200);
  expect(await typesOf(id)).toEqual(['PullRequestOpened', 'PullRequestPublishFailed', 'PullRequestPublishRequested']);
});

it('what stands there already is refused', async () => {
  const id = await opened({
    type: 'PullRequestPublished',
    data: { number: 12, url: 'https://github.com/a/b/pull/12' },
  });
  const { status, problem } = await owner.call('POST', `/api/pull-requests/${id}/publish`);
  expect([status, problem.code]).toEqual([409, 'PULL_REQUEST_NOT_OPEN']);
});

it('is merged in a way its repository allows alone', async () => {
  const id = await opened({
    type: 'PullRequestPublished',
    data: { number: 12, url: 'https://github.com/a/b/pull/12' },
  });
  const [first] = await gateway.store.readStream(streamOf('pullrequest', id), { limit: 1 });
  const { repositoryId } = (first as { data: { repositoryId: string } }).data;
  const rules = { mergeMethods: ['squash'], deletesBranch: false };
  await append(gateway, workspaceId, streamOf('repository', repositoryId), [
    { type: 'RepositoryRulesSeen', data: rules },
  ]);
  const { status, problem } = await owner.call('POST', `/api/pull-requests/${id}/merge`, { strategy: 'rebase' });
  expect([status, problem.code]).toEqual([409, 'MERGE_METHOD_NOT_ALLOWED']);
  expect(problem.detail).toContain('Merge another way');
  expect((await owner.call('POST', `/api/pull-requests/${id}/merge`, {})).status).toBe(200);
  expect((await gateway.store.readStream(streamOf('pullrequest', id))).at(-1)?.data).toEqual({ strategy: 'squash' });
});

it('a wish to merge is taken back once, however often it is pressed, and not by viewers', async () => {
  const id = await opened(
    { type: 'PullRequestPublished', data: { number: 12, url: 'https://github.com/a/b/pull/12' } },
    { type: 'PullRequestMergeRequested', data: { strategy: 'squash' } },
  );
  const viewer = await join(gateway, owner, 'viewer', 'Vince');
  expect((await viewer.call('DELETE', `/api/pull-requests/${id}/merge`)).status).toBe(403);
  for (let press = 0; press < 2; press += 1)
    expect((await owner.call('DELETE', `/api/pull-requests/${id}/merge`)).status).toBe(200);
  expect((await typesOf(id)).slice(2)).toEqual(['PullRequestMergeRequested', 'PullRequestMergeTakenBack']);
});

it('viewers cannot ask for it', async () => {
  const id = await opened(failed);
  const viewer = await join(gateway, owner, 'viewer', 'Vera');
  expect((await viewer.call('POST', `/api/pull-requests/${id}/publish`)).status).toBe(403);
  expect(await typesOf(id)).toHaveLength(2);
});
