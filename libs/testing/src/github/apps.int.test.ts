import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appJwt } from './app-jwt.fixture.ts';
import { client, gitFor } from './client.fixture.ts';
import { type FakeGithub, startFakeGithub } from './fake-github.ts';

let fake: FakeGithub;
let app: { id: number; clientId: string; privateKey: string };
let installation: number;
beforeAll(async () => {
  fake = await startFakeGithub({ plainApi: true });
  for (const name of ['one', 'two', 'other']) await fake.addRepository(`octo/${name}`, { private: true });
  app = fake.addApp({ name: 'Codex', permissions: { contents: 'write', pull_requests: 'read' } });
  installation = fake.install(app.id, { account: 'octo', repositories: ['octo/one', 'octo/two'] });
});
afterAll(() => fake.stop());

const asApp = (asked: string, body?: unknown) => client(fake, appJwt(app.id, app.privateKey))(asked, body);
const token = async (narrowed: object) =>
  (await asApp(`POST /app/installations/${installation}/access_tokens`, narrowed)).body.token as string;

describe('an app is known by its signature', () => {
  const status = async (jwt: string) => (await client(fake, jwt)('GET /app')).status;

  it('with its id or its client id', async () => {
    expect(await status(appJwt(app.id, app.privateKey))).toBe(200);
    expect(await status(appJwt(app.clientId, app.privateKey))).toBe(200);
  });

  it('and by nothing else', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const foreign = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    expect(await status(appJwt(app.id, foreign))).toBe(401);
    expect(await status(appJwt(1, app.privateKey))).toBe(401);
    expect(await status(appJwt(app.id, app.privateKey, { alg: 'none' }))).toBe(401);
    expect(await status(appJwt(app.id, app.privateKey, { expires: -1 }))).toBe(401);
    expect(await status(appJwt(app.id, app.privateKey, { expires: 3600 }))).toBe(401);
    expect(await status(appJwt(app.id, app.privateKey, { issued: 300 }))).toBe(401);
    expect(await status('a.b.c')).toBe(401);
  });

  it('and asks for no repository itself', async () => {
    expect((await asApp('GET /repos/octo/one')).status).toBe(404);
  });
});

describe('a token of an installation', () => {
  it('reaches the repositories it is installed on and no other', async () => {
    const ask = client(fake, await token({}));
    expect((await ask('GET /repos/octo/one')).status).toBe(200);
    expect((await ask('GET /repos/octo/other')).status).toBe(404);
    const { body } = await ask('GET /installation/repositories');
    expect(body.repositories.map(({ name }: { name: string }) => name)).toEqual(['one', 'two']);
    expect((await ask('GET /user')).status).toBe(403);
  });

  it('is as narrow as it was asked for, for git as well', async () => {
    const narrow = await token({ repositories: ['two'], permissions: { contents: 'read' } });
    const ask = client(fake, narrow);
    expect((await ask('GET /repos/octo/one')).status).toBe(404);
    expect((await ask('GET /repos/octo/two/branches')).status).toBe(200);
    const refused = await ask('GET /repos/octo/two/pulls');
    expect(refused).toMatchObject({ status: 403, body: { message: 'Resource not accessible by integration' } });
    const { run, url } = gitFor(fake, narrow);
    await expect(run('clone', '--quiet', url('octo/one'), 'one')).rejects.toThrow(/not found/);
    await run('clone', '--quiet', url('octo/two'), 'two');
    await expect(run('-C', 'two', 'push', 'origin', 'HEAD:refs/heads/work')).rejects.toThrow(/403/);
    await run('-C', 'two', 'push', url('octo/two').replace(narrow, await token({})), 'HEAD:refs/heads/work');
    expect(await fake.headOf('octo/two', 'work')).toBe(await fake.headOf('octo/two', 'main'));
  });

  it.each([
    ['a repository it is not installed on', { repositories: ['other'] }],
    ['a permission it was not given', { permissions: { issues: 'read' } }],
    ['more of a permission', { permissions: { pull_requests: 'write' } }],
  ])('is refused with %s', async (_, narrowed) => {
    expect((await asApp(`POST /app/installations/${installation}/access_tokens`, narrowed)).status).toBe(422);
  });

  it('is over when the app is suspended or taken away', async () => {
    const ours = fake.install(app.id, { account: 'octo', repositories: ['octo/other'] });
    const made = await asApp(`POST /app/installations/${ours}/access_tokens`);
    const ask = client(fake, made.body.token);
    expect((await ask('GET /repos/octo/other')).status).toBe(200);
    fake.suspend(app.id, ours);
    expect((await ask('GET /repos/octo/other')).status).toBe(401);
    expect((await asApp(`POST /app/installations/${ours}/access_tokens`)).status).toBe(403);
    fake.uninstall(app.id, ours);
    expect((await asApp(`POST /app/installations/${ours}/access_tokens`)).status).toBe(404);
  });
});

it('makes an app of an accepted manifest, once', async () => {
  const code = fake.acceptManifest({ name: 'From a manifest', permissions: { issues: 'read' } });
  const convert = () => client(fake)(`POST /app-manifests/${code}/conversions`);
  const { body } = await convert();
  expect(body.slug).toBe('from-a-manifest');
  expect((await client(fake, appJwt(body.id, body.pem))('GET /app')).body.id).toBe(body.id);
  expect((await convert()).status).toBe(404);
});
