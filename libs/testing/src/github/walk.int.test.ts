import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../skips.ts';
import { appJwt } from './app-jwt.fixture.ts';
import { client } from './client.fixture.ts';
import { githubDescription } from './description/load.ts';
import { type FakeGithub, startFakeGithub } from './fake-github.ts';

describeWith(githubDescription, 'a walk through everything, compared with the official description', () => {
  let fake: FakeGithub;
  let ask: ReturnType<typeof client>;
  const R = '/repos/octo/app';
  beforeAll(async () => {
    fake = await startFakeGithub({ plainApi: true });
    await fake.addRepository('octo/app', { files: { 'a.txt': 'one\ntwo\n' }, ownerType: 'Organization' });
    fake.addCollaborator('octo/app', 'ada', 'admin');
    fake.addHook('octo/app', { url: 'http://127.0.0.1:9/nobody' });
    ask = client(fake, fake.addToken({ login: 'ada' }));
  });
  afterAll(() => fake.stop());

  const status = async (asked: string, body?: unknown) => (await ask(asked, body)).status;

  it('repositories and accounts', async () => {
    for (const path of ['/user', '/rate_limit', '/user/repos?per_page=5', R, `${R}/branches`, `${R}/branches/main`])
      expect([path, await status(`GET ${path}`)]).toEqual([path, 200]);
    expect(await status(`GET ${R}/git/ref/heads/main`)).toBe(200);
    expect(await status(`GET ${R}/collaborators/ada/permission`)).toBe(200);
    expect(await status('GET /repos/octo/none')).toBe(404);
    expect(fake.violations).toEqual([]);
  });

  it('a pull request from its first commit to its merge', async () => {
    fake.protect('octo/app', 'main', { checks: ['ci'], approvals: 1 });
    const sha = await fake.push('octo/app', 'work', { 'a.txt': 'one\n2\n', 'b/c d.txt': 'new\n' }, { by: 'ada' });
    const opening = { title: 'Work', head: 'octo:work', base: 'main', body: 'Words', draft: false };
    expect(await status(`POST ${R}/pulls`, opening)).toBe(201);
    expect(await status(`POST ${R}/pulls`, opening)).toBe(422);
    for (const path of ['', '/files', '/commits', '/reviews', '/comments'])
      expect([path, await status(`GET ${R}/pulls/1${path}`)]).toEqual([path, 200]);
    expect(await status(`GET ${R}/pulls?state=all&head=octo:work&sort=updated&direction=desc&per_page=1`)).toBe(200);
    expect(await status(`PATCH ${R}/pulls/1`, { title: 'Better', body: '' })).toBe(200);

    await fake.review('octo/app', 1, {
      by: 'bob',
      verdict: 'REQUEST_CHANGES',
      body: 'No',
      comments: [{ path: 'a.txt', line: 2, body: 'Why?' }],
    });
    const review = {
      event: 'COMMENT',
      body: 'See',
      comments: [{ path: 'b/c d.txt', line: 1, side: 'RIGHT', body: 'Here' }],
    };
    expect(await status(`POST ${R}/pulls/1/reviews`, review)).toBe(200);
    expect(await status(`POST ${R}/pulls/1/reviews`, { event: 'APPROVE' })).toBe(422);
    const begun = (await ask(`POST ${R}/pulls/1/reviews`, { body: 'Later' })).body;
    expect(await status(`GET ${R}/pulls/1/reviews/${begun.id}`)).toBe(200);
    expect(await status(`POST ${R}/pulls/1/reviews/${begun.id}/events`, { event: 'COMMENT' })).toBe(200);
    expect(await status(`GET ${R}/pulls/1/reviews`)).toBe(200);
    const comment = { body: 'And', commit_id: sha, path: 'a.txt', line: 1, side: 'RIGHT' };
    const made = await ask(`POST ${R}/pulls/1/comments`, comment);
    expect(made.status).toBe(201);
    expect(await status(`POST ${R}/pulls/1/comments/${made.body.id}/replies`, { body: 'So' })).toBe(201);
    expect(await status(`GET ${R}/pulls/1/comments`)).toBe(200);
    expect(await status(`GET ${R}/pulls/1/reviews/${made.body.pull_request_review_id}/comments`)).toBe(200);

    const annotation = { path: 'a.txt', startLine: 2, endLine: 2, level: 'failure', message: 'Wrong' } as const;
    await fake.setCheck('octo/app', sha, { name: 'ci', status: 'in_progress' });
    const failed = { name: 'ci', conclusion: 'failure', title: 'Red', summary: '1 failed', log: 'not ok\n' } as const;
    const run = await fake.setCheck('octo/app', sha, { ...failed, annotations: [annotation] });
    await fake.setStatus('octo/app', sha, { context: 'lint', state: 'success' });
    expect(await status(`GET ${R}/commits/${sha}/check-runs?filter=all`)).toBe(200);
    expect(await status(`GET ${R}/commits/work/status`)).toBe(200);
    expect(await status(`GET ${R}/check-runs/${run.id}`)).toBe(200);
    expect(await status(`GET ${R}/check-runs/${run.id}/annotations`)).toBe(200);
    const moved = await ask(`GET ${R}/actions/jobs/${run.id}/logs`);
    expect((await ask(`GET ${moved.headers.get('location')}`)).body).toBe('not ok\n');

    expect(await status(`PUT ${R}/pulls/1/merge`, { merge_method: 'squash' })).toBe(405);
    await fake.setCheck('octo/app', sha, { name: 'ci', conclusion: 'success' });
    await fake.review('octo/app', 1, { by: 'bob', verdict: 'APPROVE' });
    await fake.push('octo/app', 'main', { 'z.txt': 'z\n' });
    expect(await status(`PUT ${R}/pulls/1/update-branch`, { expected_head_sha: sha })).toBe(202);
    expect(await status(`PUT ${R}/pulls/1/merge`, { sha })).toBe(409);
    const head = (await ask(`GET ${R}/pulls/1`)).body.head.sha;
    await fake.setCheck('octo/app', head, { name: 'ci', conclusion: 'success' });
    expect(await status(`PUT ${R}/pulls/1/merge`, { sha: head, merge_method: 'squash' })).toBe(200);
    expect((await ask(`GET ${R}/pulls/1`)).body).toMatchObject({ merged: true, review_comments: 4 });
    expect(await status(`DELETE ${R}/git/refs/heads/work`)).toBe(204);
    expect(await status(`DELETE ${R}/git/refs/heads/work`)).toBe(422);
    expect(fake.violations).toEqual([]);
  });

  it('issues, labels and comments', async () => {
    const opened = await ask(`POST ${R}/issues`, {
      title: 'Broken',
      body: 'It is',
      labels: ['bug'],
      assignees: ['ada'],
    });
    const { number } = opened.body;
    expect(opened.status).toBe(201);
    expect(await status(`GET ${R}/issues?state=all&since=2026-01-01T00:00:00Z&labels=bug&sort=updated`)).toBe(200);
    expect(await status(`POST ${R}/issues/${number}/labels`, { labels: ['later'] })).toBe(200);
    expect(await status(`PUT ${R}/issues/${number}/labels`, { labels: ['now'] })).toBe(200);
    expect(await status(`GET ${R}/issues/${number}/labels`)).toBe(200);
    expect(await status(`DELETE ${R}/issues/${number}/labels/now`)).toBe(200);
    const { body } = await ask(`POST ${R}/issues/${number}/comments`, { body: 'Me too' });
    expect(await status(`GET ${R}/issues/comments/${body.id}`)).toBe(200);
    expect(await status(`PATCH ${R}/issues/comments/${body.id}`, { body: 'Not me' })).toBe(200);
    expect(await status(`GET ${R}/issues/${number}/comments`)).toBe(200);
    expect(await status(`POST ${R}/issues/1/comments`, { body: 'On the pull request' })).toBe(201);
    expect(
      await status(`PATCH ${R}/issues/${number}`, { title: 'Whole', state: 'closed', state_reason: 'not_planned' }),
    ).toBe(200);
    expect(await status(`PATCH ${R}/issues/${number}`, { state: 'open' })).toBe(200);
    for (const each of [1, number]) expect(await status(`GET ${R}/issues/${each}`)).toBe(200);
    expect(fake.violations).toEqual([]);
  });

  it('hooks and their deliveries', async () => {
    const config = { url: 'http://127.0.0.1:9/other', content_type: 'json', secret: 'a secret', insecure_ssl: '0' };
    const made = await ask(`POST ${R}/hooks`, { name: 'web', active: true, events: ['issues'], config });
    expect(made.status).toBe(201);
    expect(await status(`POST ${R}/hooks`, { config })).toBe(422);
    const hook = `${R}/hooks/${made.body.id}`;
    expect(await status(`GET ${R}/hooks`)).toBe(200);
    expect(await status(`POST ${hook}/pings`)).toBe(204);
    await fake.webhooks.flush();
    const [delivery] = (await ask(`GET ${hook}/deliveries`)).body;
    expect(delivery).toMatchObject({ event: 'ping', status_code: 502 });
    expect(await status(`GET ${hook}/deliveries/${delivery.id}`)).toBe(200);
    expect(await status(`POST ${hook}/deliveries/${delivery.id}/attempts`)).toBe(202);
    expect(await status(`DELETE ${hook}`)).toBe(204);
    expect(fake.violations).toEqual([]);
  });

  it('an app from its manifest to a token', async () => {
    const webhook = { url: 'http://127.0.0.1:9/app', secret: 'a secret' };
    const permissions = { pull_requests: 'write', contents: 'write' } as const;
    const code = fake.acceptManifest({ name: 'Codex', owner: 'octo', permissions, events: ['pull_request'], webhook });
    const converted = await client(fake)(`POST /app-manifests/${code}/conversions`);
    expect(converted.status).toBe(201);
    const { id, pem } = converted.body;
    const installation = fake.install(id, { account: 'octo' });
    const app = client(fake, appJwt(id, pem));
    const deliveries = '/app/hook/deliveries';
    await fake.webhooks.flush();
    for (const path of [
      '/app',
      '/app/installations',
      `/app/installations/${installation}`,
      `${R}/installation`,
      deliveries,
    ])
      expect([path, (await app(`GET ${path}`)).status]).toEqual([path, 200]);
    const [delivery] = (await app(`GET ${deliveries}`)).body;
    expect((await app(`GET ${deliveries}/${delivery.id}`)).body.request.payload.action).toBe('created');
    expect((await app(`POST ${deliveries}/${delivery.id}/attempts`)).status).toBe(202);
    const narrowed = { repositories: ['app'], permissions: { contents: 'read' } };
    const token = await app(`POST /app/installations/${installation}/access_tokens`, narrowed);
    expect(token.status).toBe(201);
    expect((await client(fake, token.body.token)('GET /installation/repositories')).body.total_count).toBe(1);
    expect(fake.violations).toEqual([]);
  });

  it('says what is not as it is described', async () => {
    const before = fake.violations.length;
    await ask(`POST ${R}/issues`, { title: 'A', labels: 'bug' });
    await ask(`GET ${R}/pulls?wrong=1&state=odd`);
    expect(fake.violations.slice(before)).toMatchObject([
      { operation: 'issues/create', where: 'request' },
      { operation: 'pulls/list', where: 'query wrong' },
      { operation: 'pulls/list', where: 'query state' },
    ]);
  });
});
