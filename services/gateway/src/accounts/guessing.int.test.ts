import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Client, createClient, setUp } from '../api-client.fixture.ts';
import { OWNER, startTestGateway, type TestGateway } from '../gateway.fixture.ts';

let gateway: TestGateway;
let owner: Client;
beforeEach(async () => {
  gateway = await startTestGateway({ trustProxy: ['loopback'] });
  owner = await setUp(gateway);
});
afterEach(() => gateway.stop());

/** A try from an address of its own, as a proxy of ours would pass it on. */
function guess(email: string, password: string, address: string, client = createClient(gateway)) {
  return client.call('POST', '/api/login', { email, password }, { 'x-forwarded-for': address });
}

function counted(answers: readonly { status: number }[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

describe('three hundred wrong passwords at once', () => {
  it('from as many addresses: the first few are looked at, the others refused with a time to come back', async () => {
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, n) =>
        guess(OWNER.email, `guess ${n}`, `10.${n % 200}.${n % 7}.${(n % 250) + 1}`),
      ),
    );
    expect(counted(answers)).toEqual({ 401: 5, 429: 295 });
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.problem.code).toBe('TOO_MANY_REQUESTS');
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('from one address at as many accounts: no more are looked at than an office may be wrong', async () => {
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, n) => guess(`person${n}@example.org`, 'guess', '10.0.0.1')),
    );
    expect(counted(answers)).toEqual({ 401: 20, 429: 280 });
  });

  it('do not lock out a browser that logged in before, while they come and afterwards', async () => {
    const known = createClient(gateway);
    expect((await guess(OWNER.email, OWNER.password, '10.0.0.9', known)).status).toBe(204);
    const burst = Array.from({ length: 300 }, (_, n) => guess(OWNER.email, `guess ${n}`, '10.0.0.9'));
    expect((await guess(OWNER.email, OWNER.password, '10.0.0.9', known)).status).toBe(204);
    await Promise.all(burst);
    expect((await guess(OWNER.email, OWNER.password, '10.0.0.9')).status).toBe(429);
    expect((await guess(OWNER.email, OWNER.password, '10.0.0.9', known)).status).toBe(204);
    expect((await owner.call('GET', '/api/board')).status).toBe(200);
  });
});

describe('a device cookie', () => {
  it('is good for the account it was given for alone, unchanged, and limited itself', async () => {
    const known = createClient(gateway);
    await guess(OWNER.email, OWNER.password, '10.0.0.2', known);
    const cookie = known.cookie?.split('; ').find((pair) => pair.startsWith('codex_device_')) ?? '';
    for (let wrong = 0; wrong < 5; wrong += 1) await guess(OWNER.email, 'wrong', '10.0.0.3');
    const forged = createClient(gateway);
    forged.cookie = `${cookie.slice(0, -4)}AAAA`;
    expect((await guess(OWNER.email, OWNER.password, '10.0.0.4', forged)).status).toBe(429);
    const stolen = createClient(gateway);
    stolen.cookie = cookie;
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => guess(OWNER.email, `wrong ${n}`, '10.0.0.5', stolen)),
    );
    expect(counted(answers)).toEqual({ 401: 10, 429: 40 });
  });
});

describe('every other secret', () => {
  it.each([
    [
      'an invite',
      '/api/invites/accept',
      { token: 'x', name: 'X', email: 'x@example.org', password: OWNER.password },
      410,
    ],
    ['a password link', '/api/password/reset', { token: 'x', password: OWNER.password }, 410],
    ['a set-up link', '/api/setup', { token: 'x', workspace: 'X', ...OWNER }, 401],
  ])('%s is limited by address', async (_what, path, body, status) => {
    const tries = Array.from({ length: 100 }, (_, n) =>
      createClient(gateway).call('POST', path, { ...body, token: `x${n}` }),
    );
    expect(counted(await Promise.all(tries))).toEqual({ [status]: 20, 429: 80 });
  });

  it('an API token is limited by address, and one that was seen before is no guess', async () => {
    const { token } = (await owner.call('POST', '/api/tokens', { name: 'CI' })).body as { token: string };
    const program = createClient(gateway, token);
    expect((await program.call('GET', '/api/board')).status).toBe(200);
    const made = (n: number) => createClient(gateway, `cdx_${String(n).padStart(43, 'a')}`);
    const tries = Array.from({ length: 100 }, (_, n) => made(n).call('GET', '/api/board'));
    expect(counted(await Promise.all(tries))).toEqual({ 401: 20, 429: 80 });
    expect((await program.call('GET', '/api/board')).status).toBe(200);
    expect((await made(0).call('GET', '/api/board')).status).toBe(401);
    expect((await guess(OWNER.email, OWNER.password, '127.0.0.1')).status).toBe(204);
  });

  it('the present password, when somebody changes it, is limited by the session', async () => {
    const tries = Array.from({ length: 40 }, (_, n) =>
      owner.call('POST', '/api/password', { current: `wrong ${n}`, password: 'four words not together' }),
    );
    expect(counted(await Promise.all(tries))).toEqual({ 401: 10, 429: 30 });
  });
});
