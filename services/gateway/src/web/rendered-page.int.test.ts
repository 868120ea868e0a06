import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../api-client.fixture.ts';
import { OWNER, SETUP_TOKEN, startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { type BuiltWeb, buildWeb, POLICY, SCRIPT, STYLESHEET } from './built-web.fixture.ts';

let gateway: TestGateway;
let web: BuiltWeb;
let owner: Client;

beforeAll(async () => {
  web = await buildWeb();
  gateway = await startTestGateway({ webDir: web.dir });
  owner = createClient(gateway);
  const answer = await owner.call('POST', '/api/setup', { token: SETUP_TOKEN, workspace: 'Engines', ...OWNER });
  expect(answer.status).toBe(201);
});
afterAll(async () => {
  await gateway.stop();
  await web.remove();
});

const open = (path: string, headers: Record<string, string> = {}) =>
  fetch(gateway.address + path, { headers: { cookie: owner.cookie ?? '', ...headers }, redirect: 'manual' });

interface Asked {
  readonly href: string;
  readonly headers: Record<string, string>;
  readonly reads: readonly { read: string; status: number; type: string; body: string }[];
}
/** What the renderer was asked, which is what its page holds. */
async function askedBy(response: Response): Promise<Asked> {
  const [, body] = /<body>(.*)<\/body>/s.exec(await response.text()) ?? [];
  return JSON.parse(body ?? 'null') as Asked;
}

describe('a rendered page', () => {
  it('reads what the API answers to the same person', async () => {
    const { reads } = await askedBy(await open('/?read=/api/session&read=/api/board%3FperColumn%3D100'));
    expect(reads.map(({ read, status }) => [read, status])).toEqual([
      ['/api/session', 200],
      ['/api/board?perColumn=100', 200],
    ]);
    for (const { read, type, body } of reads) {
      expect(type).toContain('application/json');
      expect(JSON.parse(body), read).toEqual((await owner.call('GET', read)).body);
    }
  });

  it('reads nothing for a visitor that the API would not tell them', async () => {
    const answer = await open('/?read=/api/board&read=/api/session', { cookie: 'codex_session=made-up' });
    const { reads } = await askedBy(answer);
    expect(reads.map(({ status }) => status)).toEqual([401, 200]);
    expect(JSON.parse(reads[1]?.body ?? '')).toMatchObject({ person: null });
  });

  it('knows neither the cookie nor the host it was asked under', async () => {
    const { href, headers } = await askedBy(await open('/tasks/1?a=b', { host: 'elsewhere.example' }));
    expect([href, headers]).toEqual(['http://gateway.invalid/tasks/1?a=b', {}]);
  });

  it('is kept by nobody, and brings its own policy and no header of its maker', async () => {
    const { headers } = await open('/');
    expect(headers.get('cache-control')).toBe('private, no-store');
    expect(headers.get('vary')).toContain('cookie');
    expect(headers.get('content-security-policy')).toBe(POLICY);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('x-sveltekit-page')).toBeNull();
  });

  it('has its styles inside, and names the code it begins with', async () => {
    const answer = await open('/');
    expect(answer.headers.get('link')).toBe(`<${SCRIPT}>; rel=preload; as=script; crossorigin`);
    const html = await answer.text();
    expect(html).toContain('<style>.card::after { content: "<\\/style>$&"; }</style>');
    expect(html).toContain(`</style><link href="${STYLESHEET}" rel="stylesheet" disabled>`);
    expect((await open('/tasks/1')).headers.get('link')).toBeNull();
  });

  it.each(['br', 'gzip', 'identity'])('comes whole as %s', async (encoding) => {
    const answer = await open(`/?fill=${'x'.repeat(1_000)}`, { 'accept-encoding': encoding });
    expect(answer.headers.get('content-encoding')).toBe(encoding === 'identity' ? null : encoding);
    expect(await answer.text()).toMatch(/^<html>.*<\/html>$/s);
  });

  it('leads to where the person has to go first', async () => {
    const answer = await open('/away');
    expect([answer.status, answer.headers.get('location')]).toEqual([307, '/login?next=%2Faway']);
  });

  it('that could not be rendered says so by its status, and still is a page', async () => {
    const answer = await open('/broken');
    expect([answer.status, await answer.text()]).toEqual([500, '<html>broken</html>']);
    expect(answer.headers.get('link')).toBeNull();
  });

  it('prolongs a session that a read would have prolonged', async () => {
    await gateway.admin.query(`update accounts.session set expires_at = now() + interval '1 day'`);
    const renewed = async () => (await open('/?read=/api/session&read=/api/session')).headers.getSetCookie();
    // Sessions are remembered for a second.
    await expect.poll(renewed, { timeout: 5_000 }).toEqual([expect.stringContaining('session=')]);
  });
});

it('without the part that renders the gateway does not start', async () => {
  const client = { ...web, dir: `${web.dir}/client` };
  await expect(startTestGateway({ webDir: client.dir })).rejects.toThrow(/CODEX_WEB_DIR/);
});
