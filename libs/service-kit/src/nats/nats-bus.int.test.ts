import { describeWith, natsEngine, silentLog, startTestNats, type TestNats, waitFor } from '@claude-codex/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { busContract } from '../bus.contract.ts';
import { connectNatsBus } from './nats-bus.ts';

describeWith(natsEngine, 'NATS', () => {
  busContract('NATS', async () => {
    const server = await startTestNats();
    const a = await connectNatsBus({ url: server.url, name: 'a', log: silentLog });
    const b = await connectNatsBus({ url: server.url, name: 'b', log: silentLog });
    return {
      a,
      b,
      async close() {
        await Promise.all([a.close(), b.close()]);
        await server.stop();
      },
    };
  });

  let server: TestNats;
  beforeAll(async () => {
    server = await startTestNats();
  });
  afterAll(() => server.stop());

  it('serves again after the server was killed and came back', async () => {
    const bus = await connectNatsBus({ url: server.url, name: 'survivor', log: silentLog });
    bus.serve('survivor.echo', async (payload) => payload);
    await server.kill();
    await waitFor('the loss to be noticed', () => bus.status() === 'disconnected');
    bus.publish('survivor.lost', new Uint8Array(1));
    await server.start();
    await waitFor('the connection', () => bus.status() === 'connected');
    const answer = await waitFor('the service', () =>
      bus.request('survivor.echo', new Uint8Array(3), { timeoutMs: 500 }),
    );
    expect(answer).toHaveLength(3);
    await bus.close();
  });

  it('says which setting is wrong when no server answers', async () => {
    const connecting = connectNatsBus({ url: 'nats://127.0.0.1:1', name: 'x', log: silentLog, firstConnectMs: 0 });
    await expect(connecting).rejects.toThrow('NATS_URL');
  });
});
