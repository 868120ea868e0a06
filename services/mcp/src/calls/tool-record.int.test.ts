import { afterEach, beforeEach, expect, it } from 'vitest';
import { Mcp } from '../mcp.fixture.ts';

let mcp: Mcp;
/** What the store is to write of tool calls waits for this. */
let written: PromiseWithResolvers<void>;

beforeEach(async () => {
  mcp = new Mcp();
  written = Promise.withResolvers();
  const append = mcp.store.append.bind(mcp.store);
  mcp.store.append = async (request) => {
    if (request.writes.some(({ stream }) => stream.startsWith('tools-'))) await written.promise;
    return append(request);
  };
  await mcp.start();
});

afterEach(async () => {
  written.resolve();
  await mcp.stop();
});

it('a tool answers without waiting for the record of its call, refused or not', async () => {
  const client = await mcp.client();
  expect(await mcp.call(client, 'report_progress', { step: 'Reading', percent: 10 })).toMatchObject({
    isError: false,
  });
  expect(await mcp.call(client, 'report_progress', { percent: 'ten' })).toMatchObject({ code: 'INVALID_FIELD' });
  expect(await mcp.eventsOf('ToolCalled')).toEqual([]);
}, 30_000);

it('what is being recorded is recorded before the tools stop', async () => {
  const client = await mcp.client();
  await mcp.call(client, 'report_progress', { step: 'Reading', percent: 10 });
  const stopped = mcp.app.stop();
  setTimeout(written.resolve, 50);
  await stopped;
  expect(await mcp.eventsOf('ToolCalled')).toMatchObject([{ data: { tool: 'report_progress', ok: true, code: null } }]);
});
