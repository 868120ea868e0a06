import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient, setUp } from '../api-client.fixture.ts';
import { OWNER, startTestGateway, type TestGateway } from '../gateway.fixture.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
  await setUp(gateway);
});
afterAll(() => gateway.stop());

it('stops guessing per account and per address, and says when to come back', async () => {
  const guess = (email: string, password: string) =>
    createClient(gateway).call('POST', '/api/login', { email, password });
  for (let wrong = 0; wrong < 10; wrong += 1) expect((await guess(OWNER.email, `guess ${wrong}`)).status).toBe(401);

  const limited = await guess(OWNER.email, OWNER.password);
  expect([limited.status, limited.problem.code]).toEqual([429, 'TOO_MANY_REQUESTS']);
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);

  for (let wrong = 0; wrong < 10; wrong += 1) expect((await guess(`p${wrong}@example.org`, 'x')).status).toBe(401);
  expect((await guess('somebody-else@example.org', 'x')).status).toBe(429);
});
