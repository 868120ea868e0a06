import { describe, expect, it } from 'vitest';
import { CANARY_KEY, callDoor } from '../egress.fixture.ts';
import { BODY, egress, settled, socketPath, useModelProxy, WHOLE } from './model-proxy.fixture.ts';

useModelProxy();

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
