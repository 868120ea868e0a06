import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoModel, startDemoModel } from './model-server.ts';

describe('the scripted model over HTTP', () => {
  let model: DemoModel;
  beforeAll(async () => {
    model = await startDemoModel({ delayMs: 0 });
  });
  afterAll(() => model.close());

  const post = (path: string, body: unknown) =>
    fetch(`${model.url}${path}`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
  const request = {
    model: 'some-model',
    max_tokens: 100,
    system: 'You are an agent.',
    messages: [{ role: 'user', content: 'Hello' }],
    tools: [{ name: 'Bash', input_schema: { type: 'object', properties: { command: {}, description: {} } } }],
  };

  test('streams a message with a tool call from message_start to message_stop', async () => {
    const response = await post('/v1/messages?beta=true', { ...request, stream: true });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events = (await response.text()).split('\n\n').filter(Boolean);
    const types = events.map((event) => /^event: (\S+)/.exec(event)?.[1]);
    expect([types[0], types.at(-2), types.at(-1)]).toEqual(['message_start', 'message_delta', 'message_stop']);
    expect(types.filter((type) => type === 'content_block_start')).toHaveLength(2);
    const data = events.map((event) => JSON.parse(event.slice(event.indexOf('data: ') + 6)));
    expect(data[0].message).toMatchObject({ model: 'some-model', role: 'assistant' });
    expect(data.at(-2)).toMatchObject({
      delta: { stop_reason: 'tool_use' },
      usage: { output_tokens: expect.any(Number) },
    });
  });

  test('answers without a stream, counts tokens and lists its model', async () => {
    const whole = await (await post('/v1/messages', request)).json();
    expect(whole).toMatchObject({
      type: 'message',
      stop_reason: 'tool_use',
      content: [{ type: 'text' }, { type: 'tool_use' }],
    });
    expect(await (await post('/v1/messages/count_tokens', request)).json()).toEqual({
      input_tokens: expect.any(Number),
    });
    expect(await (await fetch(`${model.url}/v1/models`)).json()).toMatchObject({
      data: [{ id: 'scripted-demo-model' }],
    });
    expect((await fetch(model.url, { method: 'HEAD' })).status).toBe(200);
  });

  test('refuses what it does not know in the shape of the provider', async () => {
    const bad = await post('/v1/messages', '{');
    expect([bad.status, await bad.json()]).toMatchObject([
      400,
      { type: 'error', error: { type: 'invalid_request_error' } },
    ]);
    const unknown = await post('/v1/complete', {});
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { error: { type: 'not_found_error' } }]);
  });
});
