import { describe, expect, it } from 'vitest';
import { callDoor } from '../egress.fixture.ts';
import {
  BODY,
  egress,
  instanceId,
  SSE,
  START,
  settled,
  socketPath,
  useModelProxy,
  WHOLE,
} from './model-proxy.fixture.ts';

useModelProxy();

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
