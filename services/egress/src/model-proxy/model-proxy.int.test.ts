import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { EventData } from '@claude-codex/contracts';
import { waitFor } from '@claude-codex/testing/wait-for';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Egress } from '../egress.fixture.ts';
import { CANARY_KEY, callDoor, startEgress } from '../egress.fixture.ts';

let egress: Egress;
let socketPath: string;
let instanceId: string;

beforeEach(async () => {
  egress = await startEgress({
    firstByteMs: 300,
    wholeAnswerMs: 600,
    streamIdleMs: 600,
    modelRequestBytes: 10_000,
    modelCallsPerDoor: 3,
    retryFirstMs: 20,
    retryLongestMs: 40,
    retryPersonMs: 40,
    holdWholeMs: 200,
    pingMs: 50,
    lastWordsMs: 500,
  });
  ({ socketPath, instanceId } = await egress.open());
});

afterEach(() => egress.stop());

const START =
  'event: message_start\ndata: {"type":"message_start","message":{"model":"claude-sonnet-4-5-20250929","usage":' +
  '{"input_tokens":1000,"cache_read_input_tokens":2000,"cache_creation_input_tokens":400,"output_tokens":1}}}\n\n';
const DELTA =
  'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"text":"grün \\"message_delta\\""}}\n\n';
const END = 'event: message_delta\ndata: {"type":"message_delta","usage":{"output_tokens":500}}\n\n';
const BODY = JSON.stringify({ model: 'claude-sonnet-4-5', stream: true, messages: [] });
const WHOLE = JSON.stringify({ model: 'claude-sonnet-4-5', messages: [] });
const SSE = { 'content-type': 'text/event-stream', 'set-cookie': 'a=b', 'request-id': 'req_1' };

async function settled(count = 1) {
  return waitFor('the call to be settled', async () => {
    const events = (await egress.usageEvents(instanceId)).filter((event) => event.type === 'ModelCallSettled');
    return events.length >= count ? events : null;
  });
}

describe('credentials', () => {
  it('sends the real key and nothing of what the agent sent in its place', async () => {
    await callDoor(socketPath, '/v1/messages?beta=true', {
      body: BODY,
      headers: {
        authorization: 'Bearer agent-token',
        'x-api-key': 'agent-key',
        cookie: 'a=b',
        'proxy-authorization': 'x',
        'anthropic-version': '2023-06-01',
        'anthropic-beta': 'some-beta',
        'x-forwarded-for': '1.2.3.4',
      },
    });
    const [call] = egress.provider.received;
    expect(call).toMatchObject({ method: 'POST', url: '/v1/messages?beta=true', body: BODY });
    expect(call?.headers).toMatchObject({
      'x-api-key': CANARY_KEY,
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'some-beta',
      'accept-encoding': 'identity',
    });
    expect(Object.keys(call?.headers ?? {})).not.toEqual(
      expect.arrayContaining(['authorization', 'cookie', 'proxy-authorization', 'x-forwarded-for']),
    );
    expect(JSON.stringify(call)).not.toContain('agent-');
  });

  it('never lets the key reach the agent or an event', async () => {
    egress.provider.script = (response) =>
      void response
        .writeHead(401, { 'content-type': 'application/json' })
        .end(
          JSON.stringify({ type: 'error', error: { type: 'authentication_error', message: `bad key ${CANARY_KEY}` } }),
        );
    const answers = await Promise.all([
      callDoor(socketPath, '/v1/messages', { body: WHOLE }),
      callDoor(socketPath, '/v1/models', { method: 'GET' }),
      callDoor(socketPath, '/v1/complete', { body: BODY }),
      callDoor(socketPath, '/healthz', { method: 'GET' }),
    ]);
    expect(JSON.stringify([answers, await settled()])).not.toContain('canary');
  });

  it('passes a redirect on to nobody', async () => {
    egress.provider.script = (response) => void response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end();
    const answer = await callDoor(socketPath, '/v1/messages', { body: WHOLE });
    expect([answer.status, answer.headers.location]).toEqual([502, undefined]);
    expect(new Set(egress.provider.received.map(({ url }) => url))).toEqual(new Set(['/v1/messages']));
  });
});

describe('streaming', () => {
  it('passes each piece on as it comes, unchanged, and settles the call', async () => {
    const { promise: seen, resolve: sawFirst } = Promise.withResolvers<void>();
    egress.provider.script = (response) => {
      response.writeHead(200, SSE).write(START);
      // The end is only sent once the agent has the beginning: a buffering proxy would wait here for ever.
      void seen.then(() => {
        const bytes = Buffer.from(DELTA);
        const inTheMiddleOfALetter = bytes.indexOf(0xbc);
        response.write(bytes.subarray(0, inTheMiddleOfALetter));
        response.write(bytes.subarray(inTheMiddleOfALetter));
        response.end(END);
      });
    };
    const answer = await callDoor(socketPath, '/v1/messages', { body: BODY, onChunk: () => sawFirst() });
    expect(answer).toMatchObject({ status: 200, cut: false });
    expect(answer.headers).toMatchObject({ 'content-type': 'text/event-stream', 'request-id': 'req_1' });
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.text).toBe(START + DELTA + END);
    const [event] = await settled();
    expect(event?.data).toMatchObject({
      instanceId,
      model: 'claude-sonnet-4-5-20250929',
      status: 200,
      inputTokens: 1000,
      outputTokens: 500,
      cacheReadTokens: 2000,
      cacheWriteTokens: 400,
    });
    // 3 dollars in, 15 out, 0.3 from the cache, 3.75 into it per million tokens
    expect(event?.data).toHaveProperty('costUsd', expect.closeTo(0.0126, 10));
    expect(event?.meta.actor).toEqual({ kind: 'instance', id: instanceId });
  });

  it('waits for a slow reader instead of collecting the answer in memory', async () => {
    let accepted = 0;
    egress.provider.script = (response) => {
      response.writeHead(200, SSE);
      const piece = Buffer.alloc(64 * 1024, 'a');
      function more(): void {
        while (!response.destroyed && accepted < 64 * 1024 * 1024) {
          accepted += piece.length;
          if (!response.write(piece)) {
            response.once('drain', more);
            return;
          }
        }
      }
      more();
    };
    const slow = connect(socketPath);
    slow.write(`POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`);
    slow.pause();
    let previous = -1;
    await waitFor(
      'the provider to be held back',
      () => {
        const stuck = accepted === previous && accepted > 0;
        previous = accepted;
        return stuck;
      },
      { everyMs: 100 },
    );
    expect(accepted).toBeLessThan(32 * 1024 * 1024);
    slow.destroy();
    expect((await settled())[0]?.data).toMatchObject({ status: 499 });
  });

  it('passes a stream that breaks off on as one, and settles what was used until then', async () => {
    egress.provider.script = (response) => {
      response.writeHead(200, SSE).write(START, () => response.destroy());
    };
    const answer = await callDoor(socketPath, '/v1/messages', { body: BODY });
    expect(answer).toMatchObject({ status: 200, cut: true, text: START });
    expect((await settled())[0]?.data).toMatchObject({ inputTokens: 1000, outputTokens: 1 });
  });

  it('ends the call at the provider when the agent goes away', async () => {
    const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>();
    egress.provider.script = (response) => {
      response.writeHead(200, SSE).write(START);
      response.once('close', onClosed);
    };
    const gone = new AbortController();
    const call = callDoor(socketPath, '/v1/messages', { body: BODY, signal: gone.signal, onChunk: () => gone.abort() });
    await call.catch(() => undefined);
    await closed;
    expect((await settled())[0]?.data).toMatchObject({ inputTokens: 1000, status: 499 });
  });

  const words = (count: number) => DELTA.replace('grün', 'x'.repeat(count * 4));
  it.each([
    [
      'before the provider answers',
      (r: ServerResponse) => setTimeout(() => r.writeHead(200, SSE).write(START), 150),
      1,
    ],
    [
      'before the answer says anything',
      (r: ServerResponse) => {
        r.writeHead(200, SSE).flushHeaders();
        setTimeout(() => r.write(START), 150);
      },
      1,
    ],
    ['in the middle', (r: ServerResponse) => r.writeHead(200, SSE).write(START + words(50)), 50],
  ])('records what a call had cost when the agent hangs up %s', async (_when, script, least) => {
    const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>();
    egress.provider.script = (response) => {
      response.once('close', onClosed);
      script(response);
    };
    const gone = new AbortController();
    const call = callDoor(socketPath, '/v1/messages', { body: BODY, signal: gone.signal });
    call.catch(() => undefined);
    await waitFor('the call to arrive', () => egress.provider.received.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    gone.abort();
    await closed;
    const data = (await settled())[0]?.data as EventData<'ModelCallSettled'>;
    expect(data).toMatchObject({
      status: 499,
      inputTokens: 1000,
      cacheReadTokens: 2000,
      model: 'claude-sonnet-4-5-20250929',
    });
    expect(data.outputTokens).toBeGreaterThanOrEqual(least);
    expect(data.costUsd).toBeGreaterThan(0);
  });

  it('waits no longer for the price of a call than it has to when the agent hangs up', async () => {
    const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>();
    egress.provider.script = (response) => void response.once('close', onClosed);
    const gone = new AbortController();
    const call = callDoor(socketPath, '/v1/messages', { body: BODY, signal: gone.signal });
    call.catch(() => undefined);
    await waitFor('the call to arrive', () => egress.provider.received.length === 1);
    gone.abort();
    await closed;
    expect((await settled())[0]?.data).toMatchObject({ status: 499, inputTokens: 0 });
    expect(egress.provider.received).toHaveLength(1);
  });

  it('counts an answer that comes in one piece', async () => {
    const message = { model: 'claude-haiku-4-5', usage: { input_tokens: 10, output_tokens: 20 } };
    egress.provider.script = (response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(message));
    await callDoor(socketPath, '/v1/messages', { body: '{"model":"claude-haiku-4-5"}' });
    expect((await settled())[0]?.data).toMatchObject({
      model: 'claude-haiku-4-5',
      inputTokens: 10,
      outputTokens: 20,
    });
  });

  it('keeps connections to the provider', async () => {
    for (let call = 0; call < 5; call += 1) await callDoor(socketPath, '/v1/messages', { body: BODY });
    expect(egress.provider.connections).toBe(1);
  });
});

describe('when the provider does not play along', () => {
  it('keeps the shape of its errors, and says when a limit ends', async () => {
    const body = '{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}';
    egress.provider.script = (response) => {
      const headers = {
        'anthropic-ratelimit-unified-reset': '1767225600',
        'anthropic-ratelimit-tokens-remaining': '5',
        'anthropic-ratelimit-tokens-reset': '2030-01-01T00:00:00Z',
      };
      response.writeHead(429, { 'content-type': 'application/json', ...headers }).end(body);
    };
    const answer = await callDoor(socketPath, '/v1/messages', { body: WHOLE });
    await callDoor(socketPath, '/v1/messages', { body: WHOLE });
    expect([answer.status, answer.text]).toEqual([429, body]);
    expect((await settled(2))[0]?.data).toMatchObject({ status: 429, model: 'claude-sonnet-4-5', costUsd: 0 });
    const limits = (await egress.usageEvents(instanceId)).filter((event) => event.type === 'RateLimitHit');
    expect(limits.map((event) => event.data)).toMatchObject([
      { instanceId, resetsAt: '2026-01-01T00:00:00.000Z', detail: 'anthropic-ratelimit-unified' },
    ]);
  });

  it.each([
    ['is silent', () => undefined, 529, 'overloaded_error'],
    ['hangs up', (response: { destroy(): unknown }) => void response.destroy(), 502, 'api_error'],
  ])('answers in its place when it %s', async (_what, script, status, type) => {
    egress.provider.script = script;
    const answer = await callDoor(socketPath, '/v1/messages', { body: WHOLE });
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([status, { type: 'error', error: { type } }]);
    expect((await settled())[0]?.data).toMatchObject({ status });
  });

  it('cuts a stream that falls silent, however often it was alive before', async () => {
    egress.provider.script = (response) => {
      response.writeHead(200, SSE).write(START);
      const pings = setInterval(() => response.write('event: ping\ndata: {}\n\n'), 200);
      setTimeout(() => clearInterval(pings), 1100);
    };
    const from = performance.now();
    const answer = await callDoor(socketPath, '/v1/messages', { body: BODY });
    expect([answer.status, answer.cut]).toEqual([200, true]);
    expect(performance.now() - from).toBeGreaterThan(1200);
    expect((await settled())[0]?.data).toMatchObject({ inputTokens: 1000 });
  });

  it('gives an answer in one piece more time than a stream', async () => {
    egress.provider.script = (response) => {
      setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'), 400);
    };
    expect((await callDoor(socketPath, '/v1/messages', { body: '{"stream":false}' })).status).toBe(200);
  });
});

describe('what is not open', () => {
  it('lets through only the three calls of the Messages API', async () => {
    expect((await callDoor(socketPath, '/v1/messages/count_tokens', { body: BODY })).status).toBe(200);
    expect((await callDoor(socketPath, '/v1/models', { method: 'GET' })).status).toBe(200);
    expect((await callDoor(socketPath, '/', { method: 'HEAD' })).status).toBe(200);
    for (const [method, path] of [
      ['POST', '/v1/files'],
      ['GET', '/v1/messages'],
      ['POST', '/v1/messages/batches'],
      ['GET', '/v1/organizations/x'],
      ['POST', '/v1/../v1/messages'],
    ] as const) {
      const answer = await callDoor(socketPath, path, { method });
      expect([path, answer.status, JSON.parse(answer.text).error.type]).toEqual([path, 404, 'not_found_error']);
    }
    expect(egress.provider.received).toHaveLength(2);
    expect(await egress.usageEvents(instanceId)).toEqual([]);
  });

  it('refuses more calls at a time than one agent may make', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    egress.provider.script = (response) => void released.then(() => response.writeHead(200, SSE).end(END));
    const calls = [1, 2, 3].map(() => callDoor(socketPath, '/v1/messages', { body: BODY }));
    await waitFor('three calls to arrive', () => egress.provider.received.length === 3);
    expect((await callDoor(socketPath, '/v1/messages', { body: BODY })).status).toBe(529);
    release();
    expect((await Promise.all(calls)).map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect((await callDoor(socketPath, '/v1/messages', { body: BODY })).status).toBe(200);
  });

  it('refuses a body over the limit, announced or not', async () => {
    const big = 'x'.repeat(20_000);
    for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
      const answer = await callDoor(socketPath, '/v1/messages', { body: big, headers });
      expect([answer.status, JSON.parse(answer.text).error.type]).toEqual([413, 'request_too_large']);
    }
    expect(egress.provider.received).toHaveLength(0);
  });
});
