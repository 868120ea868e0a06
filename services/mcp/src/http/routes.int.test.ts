import { streamOf } from '@claude-codex/contracts';
import { idFrom } from '@claude-codex/service-kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { INSTANCE, Mcp } from '../mcp.fixture.ts';

let mcp: Mcp;

beforeEach(async () => {
  mcp = new Mcp();
  await mcp.start({ rate: { burst: 20, perSecond: 1 } });
});

afterEach(() => mcp.stop());

const CALL = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'report_progress', arguments: { step: 'a' } },
};

async function post(
  options: { token?: string; body?: unknown; headers?: Record<string, string>; method?: string } = {},
) {
  const { token = await mcp.token(), body = CALL, headers = {}, method = 'POST' } = options;
  const response = await fetch(mcp.url, {
    method,
    ...(method === 'POST' ? { body: typeof body === 'string' ? body : JSON.stringify(body) } : {}),
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('tokens', () => {
  const other = idFrom('mcp-test', 'other');
  it.each([
    ['none', async () => ''],
    ['a person’s API token', async () => 'codex_0123456789abcdef'],
    ['one for the model', () => mcp.token({}, 'model')],
    ['an expired one', () => mcp.token({}, 'mcp', -120)],
    ['one of an unknown instance', () => mcp.token({ instanceId: other })],
    ['one of another task', () => mcp.token({ taskId: other })],
    ['one of another workspace', () => mcp.token({ workspaceId: other })],
    ['one of an epoch that is not there yet', () => mcp.token({ epoch: 2 })],
    ['a changed one', async () => `${(await mcp.token()).slice(0, -3)}abc`],
  ])('%s is refused', async (_what, token) => {
    const answer = await post({ token: await token() });
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([401, 'TOKEN_INVALID']);
    expect(await mcp.eventsOf('ProgressReported')).toEqual([]);
  });

  it('die with the instance', async () => {
    expect((await post()).status).toBe(200);
    await mcp.append(streamOf('instance', INSTANCE), { type: 'InstanceCompleted', data: {} });
    expect((await post()).status).toBe(401);
  });

  it('die with their epoch', async () => {
    await mcp.append(streamOf('instance', INSTANCE), {
      type: 'InstanceStarting',
      data: { epoch: 2, managerId: 'm2', runtime: 'process', resumeSessionId: null },
    });
    expect((await post()).status).toBe(401);
    expect((await post({ token: await mcp.token({ epoch: 2 }) })).status).toBe(200);
  });
});

describe('bad requests', () => {
  it.each([
    ['a web page', { headers: { origin: 'https://evil.example' } }, 403, 'ORIGIN_FORBIDDEN'],
    ['a session of somebody else', { headers: { 'mcp-session-id': 's1' } }, 404, 'NOT_FOUND'],
    [
      '5 MB of arguments',
      { body: { ...CALL, params: { name: 'a', arguments: { step: 'x'.repeat(5_000_000) } } } },
      413,
      'BODY_TOO_LARGE',
    ],
    ['a batch of 10 000', { body: Array.from({ length: 10_000 }, () => CALL) }, 413, 'BODY_TOO_LARGE'],
    ['malformed JSON', { body: '{' }, 400, 'MALFORMED_JSON'],
    ['another media type', { headers: { 'content-type': 'text/plain' } }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['GET', { method: 'GET' }, 405, 'METHOD_NOT_ALLOWED'],
    ['DELETE', { method: 'DELETE' }, 405, 'METHOD_NOT_ALLOWED'],
  ])('%s', async (_what, options, status, code) => {
    const answer = await post(options);
    const body = z.object({ code: z.string() }).parse(JSON.parse(answer.text));
    expect([answer.status, body.code]).toEqual([status, code]);
  });

  it('of the protocol get its own errors', async () => {
    expect((await post({ body: { hello: 'world' } })).text).toContain('-32700');
    expect((await post({ body: { ...CALL, method: 'no/such' } })).text).toContain('-32601');
  });

  it('a storm of calls is slowed down', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => post()));
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused.length).toBeGreaterThan(10);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200, 429]));
  });

  it('calls that come in one request are as many calls', async () => {
    const body = Array.from({ length: 32 }, (_, id) => ({ ...CALL, id }));
    const statuses: number[] = [];
    for (let batch = 0; batch < 5; batch += 1) statuses.push((await post({ body })).status);
    expect(statuses).toEqual([200, 429, 429, 429, 429]);
    expect((await post()).status).toBe(429);
  });
});
