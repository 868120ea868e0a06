import { waitFor } from '@claude-codex/testing/wait-for';
import { describe, expect, it } from 'vitest';
import { callDoor } from '../egress.fixture.ts';
import { BODY, END, egress, instanceId, SSE, socketPath, useModelProxy } from './model-proxy.fixture.ts';

useModelProxy();

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
