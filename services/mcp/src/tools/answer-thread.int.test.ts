import { streamOf } from '@claude-codex/contracts';
import { newId } from '@claude-codex/service-kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { INSTANCE, Mcp, TASK } from '../mcp.fixture.ts';

let mcp: Mcp;
beforeEach(async () => {
  mcp = new Mcp();
  await mcp.start();
});
afterEach(() => mcp.stop());

async function opened(taskId = TASK): Promise<string> {
  const id = newId();
  const lines = { path: 'a.ts', side: 'new' as const, startLine: 3, endLine: 4 };
  const of = { taskId, reviewId: newId(), phase: 'develop', instanceId: INSTANCE, round: 1, branch: 'codex/1' };
  const said = { lines, quote: 'x', body: 'Why?', by: 'user-ann' };
  await mcp.append(streamOf('thread', id), { type: 'ThreadOpened', data: { ...of, headSha: 'a'.repeat(40), ...said } });
  return id;
}

it('an agent answers a thread of its task in its own name, and saying the same again is one answer', async () => {
  const thread = await opened();
  const client = await mcp.client();
  const args = { thread, verdict: 'done', text: 'It is a map now.' };
  expect(await mcp.call(client, 'answer_thread', args)).toMatchObject({ isError: false });
  expect(await mcp.call(client, 'answer_thread', args)).toMatchObject({ isError: false });
  const replies = await mcp.eventsOf('ThreadReplied');
  expect(replies).toMatchObject([
    { data: { body: 'It is a map now.', verdict: 'done' }, meta: { actor: { kind: 'instance', id: INSTANCE } } },
  ]);
  await mcp.call(client, 'answer_thread', { ...args, verdict: 'question' });
  expect(await mcp.eventsOf('ThreadReplied')).toHaveLength(2);
});

it('the same words of a later round are another answer', async () => {
  const thread = await opened();
  const client = await mcp.client();
  const args = { thread, verdict: 'done', text: 'It is a map now.' };
  await mcp.call(client, 'answer_thread', args);
  const place = { path: 'a.ts', side: 'new' as const, startLine: 9, endLine: 9, touched: false };
  const moved = { taskId: TASK, round: 2, headSha: 'b'.repeat(40), place };
  await mcp.append(streamOf('thread', thread), { type: 'ThreadMoved', data: moved });
  await mcp.call(client, 'answer_thread', args);
  await mcp.call(client, 'answer_thread', args);
  expect(await mcp.eventsOf('ThreadReplied')).toHaveLength(2);
});

it('a thread of another task is none, and a verdict of another word is refused', async () => {
  const client = await mcp.client();
  const strange = { thread: await opened(newId()), verdict: 'done', text: 'x' };
  expect(await mcp.call(client, 'answer_thread', strange)).toMatchObject({ isError: true, code: 'THREAD_NOT_FOUND' });
  const resolving = { thread: await opened(), verdict: 'resolved', text: 'x' };
  expect(await mcp.call(client, 'answer_thread', resolving)).toMatchObject({ isError: true, code: 'INVALID_FIELD' });
  expect(await mcp.eventsOf('ThreadReplied')).toEqual([]);
});

it('is offered to agents that change something only', async () => {
  const names = async (kind: 'planning' | 'adhoc') =>
    (await (await mcp.client({ kind })).listTools()).tools.map(({ name }) => name);
  expect(await names('adhoc')).toContain('answer_thread');
  expect(await names('planning')).not.toContain('answer_thread');
});
