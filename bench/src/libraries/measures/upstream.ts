import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createUpstream } from '@claude-codex/egress/model-proxy/upstream';
import { type Comparison, peer, type Ran, timed } from '../comparison.ts';

const CALLS = 3_000;
const BODY = Buffer.alloc(16 * 1024, 'x');

interface Undici {
  Agent: new () => object;
  request(url: string, options: object): Promise<{ statusCode: number; body: { arrayBuffer(): Promise<ArrayBuffer> } }>;
}

/** Calls one after the other over kept connections, with the 16 KB of a short prompt. */
export const upstream: Comparison = {
  title: '3,000 calls to a provider over kept connections: `undici` · node:http behind our 84 lines',
  ours: () =>
    withProvider(async (url) => {
      const provider = createUpstream(url);
      for (let count = 0; count < CALLS; count += 1) {
        const answer = await provider.call({
          method: 'POST',
          path: '/v1/messages',
          headers: {},
          body: BODY,
          answerWithinMs: 5_000,
          signal: AbortSignal.timeout(60_000),
        });
        for await (const _ of answer);
      }
      provider.close();
    }),
  library: () =>
    withProvider(async (url) => {
      const { request, Agent } = peer('undici') as Undici;
      const dispatcher = new Agent();
      for (let count = 0; count < CALLS; count += 1) {
        const options = {
          method: 'POST',
          body: BODY,
          dispatcher,
          headersTimeout: 5_000,
          signal: AbortSignal.timeout(60_000),
        };
        const { body } = await request(`${url}/v1/messages`, options);
        await body.arrayBuffer();
      }
    }),
};

async function withProvider(work: (url: string) => Promise<void>): Promise<Ran> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.end('{"ok":true}'));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const ran = await timed(async () => {
    await work(`http://127.0.0.1:${port}`);
    return `${CALLS} answered`;
  });
  server.closeAllConnections();
  server.close();
  return ran;
}
