import type { ServerResponse } from 'node:http';
import type { EventData } from '@claude-codex/contracts';
import { taskData } from '@claude-codex/domain/spec/samples';
import { taskDecider } from '@claude-codex/domain/task/index';
import { handleCommand } from '@claude-codex/eventing';
import { waitFor } from '@claude-codex/testing/wait-for';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, CANARY_KEY, callDoor, type Egress, startEgress } from '../egress.fixture.ts';

let egress: Egress;
let door: Awaited<ReturnType<Egress['open']>>;

beforeEach(async () => {
  egress = await startEgress({
    firstByteMs: 200,
    streamIdleMs: 600,
    retryFirstMs: 20,
    retryLongestMs: 40,
    retryPersonMs: 40,
    pingMs: 20,
  });
  door = await egress.open();
  const meta = {
    actor: { kind: 'system' as const, id: 'test' },
    causedBy: null,
    correlationId: 'c',
    causationId: null,
    workspaceId: door.workspaceId,
  };
  const stream = `task-${door.taskId}`;
  for (const command of [{ type: 'CreateTask' as const, ...taskData }, { type: 'ExecuteTask' as const }]) {
    await handleCommand(egress.store, { commandId: command.type, meta, stream, decider: taskDecider, command });
  }
});
afterEach(() => egress.stop());

const BODY = JSON.stringify({ model: 'claude-sonnet-4-5', stream: true, messages: [] });
const ANSWER =
  'event: message_start\ndata: {"type":"message_start","message":{"model":"m","usage":{"input_tokens":7}}}\n\n' +
  'event: message_stop\ndata: {"type":"message_stop"}\n\n';
const good = (response: ServerResponse): void =>
  void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(ANSWER);
const says =
  (status: number, type: string, message: string, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify({ type: 'error', error: { type, message } }));

async function holds(): Promise<EventData<'TaskHeldBack'>[]> {
  const events = await egress.store.readStream(`task-${door.taskId}`);
  return events.filter(({ type }) => type === 'TaskHeldBack').map(({ data }) => data as EventData<'TaskHeldBack'>);
}

/** A call that is made while the provider fails, and ends once it answers. */
async function callThrough(fails: (response: ServerResponse) => void): Promise<{ answer: Answer; tries: number }> {
  egress.provider.script = fails;
  const calling = callDoor(door.socketPath, '/v1/messages', { body: BODY });
  await waitFor('people to be told', async () => (await holds()).length > 0);
  await waitFor('two more tries', () => egress.provider.received.length >= 3);
  const tries = egress.provider.received.length;
  egress.provider.script = good;
  return { answer: await calling, tries };
}

describe('an agent waits while the provider fails, and goes on by itself', () => {
  it.each([
    [
      'a wrong key',
      says(401, 'authentication_error', 'invalid x-api-key'),
      'model_credential_refused',
      true,
      '401: invalid x-api-key',
    ],
    [
      'no credit',
      says(400, 'invalid_request_error', 'Your credit balance is too low'),
      'model_no_credit',
      true,
      'Your credit balance is too low',
    ],
    ['another way to say so', says(402, 'billing_error', 'Payment needed'), 'model_no_credit', true, 'Payment needed'],
    [
      'a key that may not',
      says(403, 'permission_error', 'not for this organisation'),
      'model_not_allowed',
      true,
      'not for this',
    ],
    ['an unknown model', says(404, 'not_found_error', 'model: claude-9'), 'model_unknown', true, 'model: claude-9'],
    ['overload', says(529, 'overloaded_error', 'Overloaded'), 'model_overloaded', false, '529: Overloaded'],
    ['a fault of the provider', says(500, 'api_error', 'Internal server error'), 'model_failing', false, '500'],
    ['a limit without an end', says(429, 'rate_limit_error', 'slow down'), 'model_limit', false, 'slow down'],
    [
      'a redirect',
      (r: ServerResponse): void => void r.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
      'model_address_wrong',
      true,
      '307',
    ],
    [
      'a page instead of an answer',
      (r: ServerResponse): void =>
        void r.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Please sign in</h1>'),
      'model_address_wrong',
      true,
      'Please sign in',
    ],
    [
      'a page of a proxy',
      (r: ServerResponse): void => void r.writeHead(502, { 'content-type': 'text/html' }).end('<p>Bad\n\n gateway</p>'),
      'model_failing',
      false,
      '502: Bad gateway',
    ],
    [
      'a proxy that wants a login',
      (r: ServerResponse): void => void r.writeHead(407).end(),
      'model_address_wrong',
      true,
      '407',
    ],
    ['no answer', () => undefined, 'model_silent', false, 'no answer within 200 ms'],
    [
      'a connection that breaks',
      (r: ServerResponse): void => void r.destroy(),
      'model_unreachable',
      false,
      'ECONNRESET',
    ],
  ] as const)('%s', async (_what, fails, cause, needsPerson, words) => {
    const { answer } = await callThrough(fails);
    expect(answer).toMatchObject({ status: 200, cut: false });
    // Pings as the provider sends them, then what it said, unchanged.
    expect(answer.text.replaceAll('event: ping\ndata: {"type": "ping"}\n\n', '')).toBe(ANSWER);
    const told = await holds();
    expect(told).toEqual([{ cause, needsPerson, detail: expect.stringContaining(words) }]);
    expect(JSON.stringify(told)).not.toContain(CANARY_KEY);
  });

  it('is told again when the cause changes, and when the same one comes back after an answer', async () => {
    await callThrough(says(529, 'overloaded_error', 'Overloaded'));
    egress.provider.script = says(401, 'authentication_error', 'revoked');
    const calling = callDoor(door.socketPath, '/v1/messages', { body: BODY });
    await waitFor('the second cause', async () => (await holds()).length === 2);
    egress.provider.script = says(529, 'overloaded_error', 'Overloaded');
    await waitFor('the third', async () => (await holds()).length === 3);
    egress.provider.script = good;
    await calling;
    expect((await holds()).map(({ cause }) => cause)).toEqual([
      'model_overloaded',
      'model_credential_refused',
      'model_overloaded',
    ]);
  });

  it('waits until the end of a limit before it asks again', async () => {
    const at = Date.now() + 700;
    egress.provider.script = (response): void => {
      if (Date.now() < at - 50) says(429, 'rate_limit_error', 'slow', { 'retry-after': '0.7' })(response);
      else good(response);
    };
    const answer = await callDoor(door.socketPath, '/v1/messages', { body: BODY });
    expect(answer.status).toBe(200);
    expect(egress.provider.received).toHaveLength(2);
  });

  it('lets an agent that hangs up go, and asks no more for it', async () => {
    egress.provider.script = says(401, 'authentication_error', 'no');
    const gone = new AbortController();
    const calling = callDoor(door.socketPath, '/v1/messages', { body: BODY, signal: gone.signal }).catch(() => null);
    await waitFor('a second try', () => egress.provider.received.length >= 2);
    gone.abort();
    await calling;
    await waitFor('the call to be settled', async () =>
      (await egress.usageEvents(door.instanceId)).some(({ data }) => (data as { status: number }).status === 499),
    );
    const asked = egress.provider.received.length;
    // Several times the longest pause between tries.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(egress.provider.received).toHaveLength(asked);
  });
});

describe("what is wrong with the request is the agent's", () => {
  it.each([
    [400, 'invalid_request_error', 'prompt is too long'],
    [413, 'request_too_large', 'too large'],
    [422, 'invalid_request_error', 'no such field'],
  ])('%i passes as it came', async (status, type, message) => {
    egress.provider.script = says(status, type, message);
    const answer = await callDoor(door.socketPath, '/v1/messages', { body: BODY });
    expect([answer.status, JSON.parse(answer.text).error]).toEqual([status, { type, message }]);
    expect(await holds()).toEqual([]);
  });

  it('comes as an error of the stream when that has begun', async () => {
    egress.provider.script = says(529, 'overloaded_error', 'Overloaded');
    const calling = callDoor(door.socketPath, '/v1/messages', { body: BODY });
    await waitFor('a second try', () => egress.provider.received.length >= 2);
    egress.provider.script = says(400, 'invalid_request_error', 'prompt is too long');
    expect((await calling).text).toMatch(
      /\nevent: error\ndata: \{"type":"error","error":\{.*prompt is too long.*\}\n\n$/,
    );
  });
});

it('other calls than those for an answer are not held', async () => {
  egress.provider.script = says(529, 'overloaded_error', 'Overloaded');
  const count = await callDoor(door.socketPath, '/v1/messages/count_tokens', { body: BODY });
  const models = await callDoor(door.socketPath, '/v1/models', { method: 'GET' });
  expect([count.status, models.status]).toEqual([529, 529]);
});
