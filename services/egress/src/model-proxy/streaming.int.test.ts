import { connect } from 'node:net';
import { waitFor } from '@claude-codex/testing/wait-for';
import { describe, expect, it } from 'vitest';
import { callDoor } from '../egress.fixture.ts';
import {
  BODY,
  DELTA,
  END,
  egress,
  instanceId,
  SSE,
  START,
  settled,
  socketPath,
  useModelProxy,
} from './model-proxy.fixture.ts';

useModelProxy();

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

  it('records which sub-agent asked, and takes only a plain name for one', async () => {
    egress.provider.script = (response) => void response.writeHead(200, SSE).end(START + END);
    for (const id of ['a1b2-c3', 'a b', 'x'.repeat(65)]) {
      await callDoor(socketPath, '/v1/messages', { body: BODY, headers: { 'x-claude-code-agent-id': id } });
    }
    await callDoor(socketPath, '/v1/messages', { body: BODY });
    const events = await settled(4);
    expect(events.map(({ data }) => (data as { subAgentId?: string }).subAgentId)).toEqual([
      'a1b2-c3',
      undefined,
      undefined,
      undefined,
    ]);
    expect(egress.provider.received[0]?.headers).not.toHaveProperty('x-claude-code-agent-id');
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
