import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import {
  type ArrivedDelivery,
  type DeliveriesView,
  type DeliveryDetail,
  type DeliveryReplayed,
  DeliveryToHandle,
  HandOverAnswer,
  KeepDeliveryAnswer,
  type SettleDeliveryRequest,
  subjects,
  UnknownDeliveriesAnswer,
} from '@claude-codex/contracts';
import { createLogger } from '@claude-codex/service-kit';
import { requestJson, serveJson } from '@claude-codex/service-kit/bus-json';
import { newId } from '@claude-codex/service-kit/ids';
import { freePort, waitFor } from '@claude-codex/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Client, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { furnish, otherWorkspace } from '../workspace.fixture.ts';
import { createRefusals } from './refusals.ts';
import { removeOldDeliveries } from './remove-old.ts';

const DELIVERIES = '/api/forges/github/deliveries';
const SOON = { timeoutMs: 5_000 };
const { keep, settle, unknown, handOver } = subjects.deliveries;

let gateway: TestGateway;
let owner: Client;
/** What the service that speaks to GitHub is asked to handle, where one runs. */
let handed: DeliveryToHandle[];
let answering: { code: string | null };
const sync = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    const { code } = answering;
    response.writeHead(code === null ? 202 : 400, { 'content-type': 'application/json' }).end(JSON.stringify({ code }));
  });
});

beforeAll(async () => {
  const port = await freePort();
  await new Promise<void>((resolve) => sync.listen(port, '127.0.0.1', resolve));
  gateway = await startTestGateway({ githubSyncUrl: new URL(`http://127.0.0.1:${port}`) });
  owner = await setUp(gateway);
});
afterAll(async () => {
  await gateway.stop();
  sync.close();
});
beforeEach(async () => {
  handed = [];
  answering = { code: null };
  await gateway.admin.query('truncate accounts.forge_delivery, accounts.forge_delivery_handling');
  await gateway.admin.query('truncate accounts.forge_delivery_refused');
});

function never(): never {
  throw new Error('nothing was answered');
}

function serveSync(): () => void {
  const { handleDelivery } = subjects.forge('github');
  return serveJson(gateway.bus, handleDelivery, DeliveryToHandle, async (delivery) => void handed.push(delivery));
}

const arrived = (payload: string, more: Partial<ArrivedDelivery> = {}): ArrivedDelivery => ({
  ...{ provider: 'github', guid: newId(), event: 'pull_request', action: 'closed', repository: 'acme/app' },
  ...{ sender: 'ada', signedWith: 'environment', bytes: payload.length, payload },
  bodyHash: createHash('sha256').update(payload).digest('hex'),
  ...more,
});
const keeping = (delivery: ArrivedDelivery) => requestJson(gateway.bus, keep, delivery, KeepDeliveryAnswer, SOON);
const settling = (result: SettleDeliveryRequest) => requestJson(gateway.bus, settle, result, z.unknown(), SOON);
const list = async (query = '') => (await owner.call('GET', `${DELIVERIES}${query}`)).body as DeliveriesView;
const detail = async (id: string) => (await owner.call('GET', `${DELIVERIES}/${id}`)).body as DeliveryDetail;
const replay = (id: string, key: string) =>
  owner.call('POST', `${DELIVERIES}/${id}/replay`, undefined, { 'idempotency-key': key });

describe('a delivery in the log', () => {
  it('is there as it came, and then what became of it', async () => {
    const { deliveryId, handlingId, isRepeated } = await keeping(arrived('{"a":1}', { guid: 'g1' }));
    expect(isRepeated).toBe(false);
    expect((await list()).deliveries).toMatchObject([
      {
        ...{ id: deliveryId, guid: 'g1', event: 'pull_request', action: 'closed', repository: 'acme/app' },
        ...{ sender: 'ada', signedWith: 'environment', bytes: 7, replays: 0 },
        result: { outcome: 'waiting', detail: '', pullRequestIds: [], tries: 0 },
      },
    ]);
    const workspaceId = (await owner.call('GET', '/api/session')).body as { workspace: { id: string } };
    const { pullRequestId, taskId } = await furnish(gateway, workspaceId.workspace.id);
    const foreign = await furnish(gateway, (await otherWorkspace(gateway)).workspaceId);
    const pullRequestIds = [pullRequestId, foreign.pullRequestId];
    await settling({ handlingId, outcome: 'handled', detail: 'Read again.', pullRequestIds, tries: 1 });
    expect(await detail(deliveryId)).toMatchObject({
      payload: '{"a":1}',
      repeatOf: null,
      result: { outcome: 'handled', tries: 1 },
      // A task of another workspace is not shown to an owner of this one.
      concerns: [{ pullRequestId, taskId }],
      handlings: [{ id: handlingId, personId: null, outcome: 'handled', settledAt: expect.any(String) }],
    });
  });

  it('is kept once: the same body again is known, at the same moment too', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => keeping(arrived('{"a":2}'))));
    expect(answers.filter(({ isRepeated }) => !isRepeated)).toHaveLength(1);
    const { deliveries } = await list('?outcome=repeated');
    expect(deliveries).toHaveLength(7);
    const [repeated] = deliveries;
    const first = answers.find(({ isRepeated }) => !isRepeated);
    expect(await detail(repeated?.id ?? '')).toMatchObject({ repeatOf: first?.deliveryId, payload: '{"a":2}' });
    const { rows } = await gateway.admin.query('select count(payload)::int as kept from accounts.forge_delivery');
    expect(rows).toEqual([{ kept: 1 }]);
  });

  it('of another body under a known id is a delivery of its own: ids are not signed', async () => {
    await keeping(arrived('{"a":3}', { guid: 'g' }));
    expect((await keeping(arrived('{"a":4}', { guid: 'g' }))).isRepeated).toBe(false);
  });

  it('is found by event, outcome and repository, in pages, the newest first', async () => {
    for (let count = 0; count < 5; count += 1) await keeping(arrived(`{"p":${count}}`));
    await keeping(arrived('{"p":5}', { event: 'push', repository: 'acme/other' }));
    const first = await list('?limit=4');
    const second = await list(`?limit=4&before=${first.next}`);
    const ids = [...first.deliveries, ...second.deliveries].map(({ id }) => id);
    expect([new Set(ids).size, ids.toSorted().reverse(), second.next]).toEqual([6, ids, null]);
    expect((await list('?event=push')).deliveries).toHaveLength(1);
    expect((await list('?repository=acme/app&outcome=waiting')).deliveries).toHaveLength(5);
    expect([first.events, first.repositories]).toEqual([
      ['pull_request', 'push'],
      ['acme/app', 'acme/other'],
    ]);
  });

  it('that never came is told from one that did', async () => {
    await keeping(arrived('{"u":1}', { guid: 'came' }));
    const asked = { provider: 'github', guids: ['came', 'lost'] };
    expect(await requestJson(gateway.bus, unknown, asked, UnknownDeliveriesAnswer, SOON)).toEqual({ guids: ['lost'] });
  });
});

describe('a replay', () => {
  it('is handled once for each wish, by whoever wished, and stands beside the first', async () => {
    const stop = serveSync();
    const { deliveryId } = await keeping(arrived('{"r":1}'));
    const answers = [await replay(deliveryId, 'one'), await replay(deliveryId, 'one')];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const { handlingId } = (answers[0] ?? never()).body as DeliveryReplayed;
    expect(handed.every((one) => one.handlingId === handlingId && one.payload === '{"r":1}')).toBe(true);
    await settling({ handlingId, outcome: 'no_effect', detail: 'Nothing.', pullRequestIds: [], tries: 0 });
    const { handlings, result, replays } = await detail(deliveryId);
    expect(handlings.map(({ outcome, personId }) => [outcome, personId === null])).toEqual([
      ['waiting', true],
      ['no_effect', false],
    ]);
    expect([result.outcome, replays]).toEqual(['waiting', 1]);
    stop();
  });

  it('waits while nobody handles it, and is handed over when somebody asks', async () => {
    const { deliveryId } = await keeping(arrived('{"r":2}'));
    expect((await replay(deliveryId, 'two')).body).toMatchObject({ isHandedOver: false });
    const stop = serveSync();
    const asked = { provider: 'github', olderThanMs: 0 };
    expect(await requestJson(gateway.bus, handOver, asked, HandOverAnswer, SOON)).toEqual({ count: 2 });
    expect(handed.map(({ payload }) => payload)).toEqual(['{"r":2}', '{"r":2}']);
    stop();
  });

  it('of what is not kept, or not there, is refused', async () => {
    const { deliveryId } = await keeping(arrived('{"r":3}', { payload: null }));
    expect((await replay(deliveryId, 'three')).problem.code).toBe('DELIVERY_WITHOUT_PAYLOAD');
    expect((await replay(newId(), 'four')).problem).toMatchObject({ code: 'DELIVERY_NOT_FOUND', status: 404 });
  });

  it('of one too large to be kept that was lost says so', async () => {
    const { deliveryId } = await keeping(arrived('{"r":4}', { payload: null }));
    const stop = serveSync();
    await requestJson(gateway.bus, handOver, { provider: 'github', olderThanMs: 0 }, HandOverAnswer, SOON);
    expect((await detail(deliveryId)).result).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('too large'),
    });
    stop();
  });
});

describe('the log stays small', () => {
  it('by age and by number', async () => {
    for (let count = 0; count < 6; count += 1) await keeping(arrived(`{"o":${count}}`));
    await gateway.admin.query(
      `update accounts.forge_delivery set received_at = now() - interval '15 days'
       where id = (select max(id) from accounts.forge_delivery)`,
    );
    await removeOldDeliveries(gateway.pool, { days: 14, count: 3 });
    const { deliveries } = await list();
    expect(deliveries).toHaveLength(3);
    const { rows } = await gateway.admin.query('select count(*)::int as left from accounts.forge_delivery_handling');
    expect(rows).toEqual([{ left: 3 }]);
  });
});

describe('a refused delivery', () => {
  const send = (body: Buffer | string) =>
    fetch(`${gateway.address}/webhooks/github`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Uint8Array(Buffer.from(body)),
    });

  it('is counted with the reason, and nothing of it is kept', async () => {
    for (const code of ['TOKEN_INVALID', 'TOKEN_INVALID', 'MALFORMED_JSON']) {
      answering = { code };
      expect((await send('{}')).status).toBe(400);
    }
    expect((await send(Buffer.alloc(25 * 1024 * 1024 + 1, 0x20))).status).toBe(413);
    answering = { code: null };
    expect((await send('{}')).status).toBe(202);
    const refused = await waitFor('the counts', async () => {
      const { refused: counts } = await list();
      return counts.length === 3 ? counts : null;
    });
    expect(Object.fromEntries(refused.map(({ reason, count }) => [reason, count]))).toEqual({
      signature: 2,
      not_json: 1,
      too_large: 1,
    });
    expect((await list()).deliveries).toEqual([]);
  });

  it('of which thousands come costs one write', async () => {
    const refusals = createRefusals({ pool: gateway.pool, log: createLogger({ service: 'test', level: 'silent' }) });
    for (let count = 0; count < 5_000; count += 1) refusals.count('github', 'TOKEN_INVALID');
    await refusals.stop();
    expect(await refusals.list('github')).toMatchObject([{ reason: 'signature', count: 5_000 }]);
  });
});
