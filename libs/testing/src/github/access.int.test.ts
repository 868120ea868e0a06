import { writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { client, gitFor } from './client.fixture.ts';
import { type FakeGithub, startFakeGithub } from './fake-github.ts';

let fake: FakeGithub;
beforeAll(async () => {
  fake = await startFakeGithub({ plainApi: true });
  await fake.addRepository('ada/open');
  await fake.addRepository('ada/secret', { private: true });
  fake.addCollaborator('ada/secret', 'bob', 'read');
});
afterAll(() => fake.stop());

it('answers over https with the certificate it was given', async () => {
  const url = `${fake.webUrl}/api/v3/repos/ada/open`;
  const status = await new Promise((resolve, reject) => {
    const headers = { 'user-agent': 'test' };
    get(url, { ca: fake.certificate.cert, headers }, (answer) => resolve(answer.resume().statusCode)).on(
      'error',
      reject,
    );
  });
  expect(status).toBe(200);
});

describe('the API', () => {
  it('knows whose token it is', async () => {
    const { status, body, headers } = await client(fake, fake.addToken({ login: 'ada' }))('GET /user');
    expect([status, body.login]).toEqual([200, 'ada']);
    expect(headers.get('x-ratelimit-limit')).toBe('5000');
    expect(headers.get('x-github-request-id')).toMatch(/^[0-9A-F]{16}$/);
  });

  it('refuses a token that is wrong or over', async () => {
    const over = fake.addToken({ login: 'ada', expiresAt: new Date(Date.now() - 1000) });
    for (const token of ['ghp_wrong', over]) {
      expect(await client(fake, token)('GET /user')).toMatchObject({
        status: 401,
        body: { message: 'Bad credentials', status: '401', documentation_url: /^https:/ },
      });
    }
    expect((await client(fake)('GET /user')).status).toBe(401);
  });

  it('hides a private repository from whoever may not see it', async () => {
    const elsewhere = fake.addToken({ login: 'ada', repositories: ['ada/open'] });
    for (const token of [undefined, elsewhere, fake.addToken({ login: 'eve' })]) {
      expect((await client(fake, token)('GET /repos/ada/secret')).status).toBe(404);
      expect((await client(fake, token)('GET /repos/ada/open')).status).toBe(200);
    }
    expect((await client(fake, fake.addToken({ login: 'bob' }))('GET /repos/ada/secret')).status).toBe(200);
  });

  it('refuses what neither the token nor its account may', async () => {
    const pull = { title: 'A', head: 'a', base: 'main' };
    const reading = fake.addToken({ login: 'ada', permissions: { pull_requests: 'read', metadata: 'read' } });
    const refused = await client(fake, reading)('POST /repos/ada/secret/pulls', pull);
    expect(refused).toMatchObject({
      status: 403,
      body: { message: 'Resource not accessible by personal access token' },
    });
    expect(refused.headers.get('x-accepted-github-permissions')).toBe('pull_requests=write');
    const bob = client(fake, fake.addToken({ login: 'bob' }));
    expect((await bob('DELETE /repos/ada/secret/git/refs/heads/main')).status).toBe(403);
  });

  it('tells the permission of somebody on a repository', async () => {
    const ask = client(fake, fake.addToken({ login: 'ada' }));
    const permission = async (login: string) =>
      (await ask(`GET /repos/ada/secret/collaborators/${login}/permission`)).body;
    expect(await permission('ada')).toMatchObject({ permission: 'admin', role_name: 'admin' });
    expect(await permission('bob')).toMatchObject({ permission: 'read', user: { login: 'bob' } });
    expect(await permission('eve')).toMatchObject({ permission: 'none' });
    expect(await permission('nobody')).toMatchObject({ status: '404' });
  });
});

describe('git', () => {
  it('clones and pushes with a token as password', async () => {
    const { run, url, directory } = gitFor(fake, fake.addToken({ login: 'ada' }));
    await run('clone', '--quiet', url('ada/secret'), 'work');
    writeFileSync(join(directory, 'work', 'new.txt'), 'new\n');
    await run('-C', 'work', 'add', '.');
    await run('-C', 'work', 'commit', '--quiet', '-m', 'New');
    await run('-C', 'work', 'push', '--quiet', 'origin', 'HEAD:refs/heads/work');
    expect(await fake.headOf('ada/secret', 'work')).toBe(await run('-C', 'work', 'rev-parse', 'HEAD'));
  });

  it('refuses a push to refs/pull, as GitHub does', async () => {
    const { run, url } = gitFor(fake, fake.addToken({ login: 'ada' }));
    await run('clone', '--quiet', url('ada/open'), 'work');
    await expect(run('-C', 'work', 'push', 'origin', 'HEAD:refs/pull/9/head')).rejects.toThrow(
      /deny updating a hidden ref/,
    );
  });

  it.each([
    ['without a token', () => null, /could not read Username/],
    ['with a wrong one', () => 'ghp_wrong', /Authentication failed/],
    ['with one for other repositories', () => fake.addToken({ login: 'ada', repositories: ['ada/open'] }), /not found/],
    [
      'with one that may not read contents',
      () => fake.addToken({ login: 'ada', permissions: { issues: 'write' } }),
      /not found/,
    ],
  ])('reads nothing private %s', async (_, token, words) => {
    const { run, url } = gitFor(fake, token());
    await expect(run('clone', '--quiet', url('ada/secret'), 'work')).rejects.toThrow(words);
  });

  it('takes no push from whoever may only read', async () => {
    for (const token of [
      fake.addToken({ login: 'bob' }),
      fake.addToken({ login: 'ada', permissions: { contents: 'read' } }),
    ]) {
      const { run, url } = gitFor(fake, token);
      await run('clone', '--quiet', url('ada/secret'), 'work');
      await expect(run('-C', 'work', 'push', 'origin', 'HEAD:refs/heads/no')).rejects.toThrow(/403/);
    }
    expect(await fake.headOf('ada/secret', 'no')).toBeNull();
  });
});
