import type { BoardView, SessionView } from '@claude-codex/contracts';
import { waitFor } from '@claude-codex/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { SseReader } from '../stream/sse-reader.fixture.ts';
import { furnish } from '../workspace.fixture.ts';

let gateway: TestGateway;
let owner: Client;
beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
});
afterAll(() => gateway.stop());

it('a database that is away is said to be away, and everything goes on when it is back', async () => {
  const { workspace } = (await owner.call('GET', '/api/session')).body as SessionView;
  const before = await furnish(gateway, workspace?.id ?? '', 'Before');
  const { epoch } = (await owner.call('GET', `/api/board?min_position=${before.position}`)).body as BoardView;
  const reader = new SseReader();
  reader.lastEventId = `${epoch}-${before.position}`;
  const reading = reader.read(
    `${gateway.address}/api/stream`,
    { cookie: owner.cookie ?? '' },
    ({ event }) => event === 'task',
  );
  await waitFor('the hello', () => reader.received.length > 0);

  await gateway.killDatabase();
  await waitFor('requests to be refused', async () => {
    const answer = await owner.call('GET', `/api/tasks?q=${Math.random()}`);
    if (answer.status === 200) return false;
    expect([answer.status, answer.problem.code]).toEqual([503, 'STORE_UNAVAILABLE']);
    expect(answer.problem.detail).not.toMatch(/127\.0\.0\.1|ECONN|terminat/);
    return true;
  });
  const ready = await fetch(`${gateway.address}/readyz`);
  expect([ready.status, await ready.json()]).toMatchObject([
    503,
    { checks: { database: 'the database does not answer' } },
  ]);

  await gateway.startDatabase();
  await waitFor('requests to be answered', async () => (await owner.call('GET', '/api/board')).status === 200, {
    timeoutMs: 20_000,
  });
  await furnish(gateway, workspace?.id ?? '', 'After');
  await reading;
  expect(reader.received.at(-1)).toMatchObject({ event: 'task', data: { title: 'After' } });
});
