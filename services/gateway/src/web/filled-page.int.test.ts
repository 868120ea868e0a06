import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SessionView } from '@claude-codex/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../api-client.fixture.ts';
import { OWNER, SETUP_TOKEN, startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { furnish } from '../workspace.fixture.ts';

const HOSTILE = '</script><script>alert(1)</script><!--';
const STYLESHEET = '/_app/immutable/assets/base.css';
const CSS = '.card::after { content: "</style>$&"; }';
const PAGE = `<html><head><link href="${STYLESHEET}" rel="stylesheet"></head><body><script>start()</script></body></html>`;
const FILES = [{ page: '^/$', scripts: ['/_app/immutable/base.js'], styles: [STYLESHEET] }];

let gateway: TestGateway;
let webDir: string;
let owner: Client;

beforeAll(async () => {
  webDir = await mkdtemp(join(tmpdir(), 'codex-web-'));
  await mkdir(join(webDir, '_app/immutable/assets'), { recursive: true });
  await writeFile(join(webDir, 'index.html'), PAGE);
  await writeFile(join(webDir, STYLESHEET), CSS);
  await writeFile(join(webDir, 'page-files.json'), JSON.stringify(FILES));
  gateway = await startTestGateway({ webDir });
  owner = createClient(gateway);
  const answer = await owner.call('POST', '/api/setup', { token: SETUP_TOKEN, workspace: HOSTILE, ...OWNER });
  expect(answer.status).toBe(201);
});
afterAll(async () => {
  await gateway.stop();
  await rm(webDir, { recursive: true, force: true });
});

const open = (path: string, headers: Record<string, string> = {}) =>
  fetch(gateway.address + path, { headers: { cookie: owner.cookie ?? '', ...headers } });

/** The answers in a page, by address. */
function answersIn(html: string): Record<string, unknown> {
  const [, block] = /<script type="application\/json" id="first-reads">(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(block ?? 'null') as Record<string, unknown>;
}

describe('a page for somebody signed in', () => {
  it('holds what the API answers to the same person', async () => {
    const answers = answersIn(await (await open('/')).text());
    expect(Object.keys(answers).sort()).toEqual([
      '/api/attention',
      '/api/board?perColumn=100',
      '/api/repositories',
      '/api/session',
    ]);
    for (const [address, answer] of Object.entries(answers)) {
      expect(answer, address).toEqual((await owner.call('GET', address)).body);
    }
  });

  it('has its styles inside, and names no file that is not asked for any more', async () => {
    const answer = await open('/');
    expect(answer.headers.get('link')).toBe('</_app/immutable/base.js>; rel=modulepreload');
    const html = await answer.text();
    expect(html).toContain('<style>.card::after { content: "<\\/style>$&"; }</style>');
    expect(html).toContain(`</style><link href="${STYLESHEET}" rel="stylesheet" disabled>`);
  });

  it('of a task holds the task and the journals of its agents', async () => {
    const session = (await owner.call('GET', '/api/session')).body as SessionView;
    const { taskId, instanceId } = await furnish(gateway, session.workspace?.id ?? '');
    await expect.poll(async () => (await owner.call('GET', `/api/instances/${instanceId}`)).status).toBe(200);
    const answers = answersIn(await (await open(`/tasks/${taskId}`)).text());
    expect(answers[`/api/tasks/${taskId}`]).toMatchObject({ id: taskId, instances: [{ id: instanceId }] });
    expect(answers[`/api/tasks/${taskId}/log?direction=backward&limit=200`]).toMatchObject({ instanceId });
  });

  it('is kept by nobody, and runs nothing that somebody wrote', async () => {
    const answer = await open('/');
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self' 'wasm-unsafe-eval' 'sha256-");
    const html = await answer.text();
    expect(html).not.toContain(HOSTILE);
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(answersIn(html)['/api/session']).toMatchObject({ workspace: { name: HOSTILE } });
    expect(html.endsWith('</body></html>')).toBe(true);
  });

  it.each(['br', 'gzip', 'identity'])('comes whole as %s', async (encoding) => {
    const answer = await open('/', { 'accept-encoding': encoding });
    expect(answer.headers.get('content-encoding')).toBe(encoding === 'identity' ? null : encoding);
    expect(await answer.text()).toMatch(/^<html>.*<\/html>$/s);
  });

  it('prolongs a session that a read would have prolonged', async () => {
    await gateway.admin.query(`update accounts.session set expires_at = now() + interval '1 day'`);
    // Sessions are remembered for a second.
    await expect.poll(async () => (await open('/')).headers.getSetCookie(), { timeout: 5_000 }).not.toEqual([]);
  });
});

it.each([
  ['without a cookie', ''],
  ['with a session that is none', 'codex_session=made-up'],
])('a visitor %s gets the plain page, and the browser asks who it is beside the code', async (_who, cookie) => {
  const answer = await open('/', { cookie });
  expect(await answer.text()).toBe(PAGE);
  expect(answer.headers.get('cache-control')).toBe('no-cache');
  expect(answer.headers.get('link')).toContain('</api/session>; rel=preload');
});

it('a page nobody has to be signed in for is the plain one', async () => {
  expect(await (await open('/login')).text()).toBe(PAGE);
});

it('while the database is away the page comes all the same', async () => {
  await gateway.killDatabase();
  const answer = await open('/');
  expect([answer.status, (await answer.text()).startsWith('<html>')]).toEqual([200, true]);
  await gateway.startDatabase();
});
