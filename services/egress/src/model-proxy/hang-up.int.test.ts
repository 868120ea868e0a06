import type { ServerResponse } from 'node:http';
import type { EventData } from '@claude-codex/contracts';
import { waitFor } from '@claude-codex/testing/wait-for';
import { describe, expect, it } from 'vitest';
import { callDoor } from '../egress.fixture.ts';
import { BODY, DELTA, egress, SSE, START, settled, socketPath, useModelProxy } from './model-proxy.fixture.ts';

useModelProxy();

describe('an agent that hangs up', () => {
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
});
