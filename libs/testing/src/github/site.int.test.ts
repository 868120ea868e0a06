import { afterAll, beforeAll, expect, it } from 'vitest';
import { appJwt } from './app-jwt.fixture.ts';
import { client } from './client.fixture.ts';
import { type FakeGithub, startFakeGithub } from './fake-github.ts';

let fake: FakeGithub;
let site: string;
beforeAll(async () => {
  fake = await startFakeGithub({ plainApi: true });
  await fake.addRepository('octo/app');
  await fake.push('octo/app', 'work', { 'b.txt': 'new <b>\n' });
  await fake.openPull('octo/app', { title: 'Work <script>', head: 'work', base: 'main' });
  site = new URL(fake.apiUrl).origin;
});
afterAll(() => fake.stop());

const visit = async (path: string, form?: Record<string, string>, headers: Record<string, string> = {}) => {
  const sent = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) };
  const response = await fetch(site + path, { ...sent, redirect: 'manual', headers });
  return { status: response.status, location: response.headers.get('location') ?? '', html: await response.text() };
};

it('shows a pull request, and nothing of it as HTML', async () => {
  expect((await visit('/')).html).toContain('octo/app');
  expect((await visit('/octo/app')).html).toContain('/octo/app/pull/1');
  const { html } = await visit('/octo/app/pull/1');
  expect(html).toContain('+new &#60;b&#62;');
  expect(html).not.toContain('<script>');
  expect((await visit('/octo/app/pull/9')).status).toBe(404);
});

it('does nothing for a button on somebody else’s page', async () => {
  const foreign = { 'sec-fetch-site': 'cross-site' };
  expect((await visit('/octo/app/pull/1', { do: 'merge' }, foreign)).status).toBe(403);
  expect(fake.issue('octo/app', 1).pull?.merged).toBeNull();
});

it('lets a person say something, merge, and hear why something is not possible', async () => {
  expect((await visit('/octo/app/pull/1', { do: 'comment', words: 'Fine' })).status).toBe(303);
  expect(fake.issue('octo/app', 1).comments).toMatchObject([{ body: 'Fine', author: { login: 'grace' } }]);
  const refused = await visit('/octo/app/pull/1', { do: 'changes', words: '' });
  expect([refused.status, refused.html.includes('Body can not be blank')]).toEqual([422, true]);
  expect((await visit('/octo/app/pull/1', { do: 'merge' })).status).toBe(303);
  expect(fake.issue('octo/app', 1).pull?.merged).not.toBeNull();
});

it('makes an app of a manifest when a person agrees, and installs it', async () => {
  const manifest = JSON.stringify({
    name: 'Codex of octo',
    redirect_url: 'https://codex.example/made',
    setup_url: 'https://codex.example/installed',
    hook_attributes: { url: 'https://codex.example/webhooks' },
    default_permissions: { contents: 'write' },
    default_events: ['push'],
  });
  const path = '/organizations/octo/settings/apps/new?state=s1';
  expect((await visit(path, { manifest })).html).toContain('Create the app Codex of octo?');
  const back = new URL((await visit(path, { manifest, do: 'create' })).location);
  expect([back.origin + back.pathname, back.searchParams.get('state')]).toEqual(['https://codex.example/made', 's1']);
  const { body } = await client(fake)(`POST /app-manifests/${back.searchParams.get('code')}/conversions`);
  expect((await visit(`/apps/${body.slug}/installations/new`)).html).toContain('Install');
  const done = new URL((await visit(`/apps/${body.slug}/installations/new?state=s2`, { do: 'install' })).location);
  expect(done.searchParams.get('state')).toBe('s2');
  const app = client(fake, appJwt(body.id, body.pem));
  expect((await app(`GET /app/installations/${done.searchParams.get('installation_id')}`)).body.account.login).toBe(
    'octo',
  );
  expect((await visit(path, { manifest: '{' })).status).toBe(422);
});
