import { streamOf } from '@claude-codex/contracts';
import { idFrom } from '@claude-codex/service-kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { INSTANCE, Mcp, TASK } from '../mcp.fixture.ts';

let mcp: Mcp;

beforeEach(async () => {
  mcp = new Mcp();
  await mcp.start();
});

afterEach(() => mcp.stop());

/** Questions and requests for values count together: people see them in one list. */
it('an agent that floods people with questions, side by side, has 20 open and learns why', async () => {
  const client = await mcp.client();
  const calls = Array.from({ length: 40 }, (_, at) =>
    at % 2 === 0
      ? mcp.call(client, 'ask_question', { question: `Flood ${at}?` })
      : mcp.call(client, 'request_dependency', { type: 'api_key', name: `KEY_${at}`, description: 'more' }),
  );
  const refused: string[] = [];
  for (const call of calls) {
    void call.then(
      ({ code, text }) => code === 'TOO_MANY_REQUESTS' && refused.push(text),
      () => undefined,
    );
  }
  const asked = async () =>
    (await mcp.eventsOf('QuestionAsked')).length + (await mcp.eventsOf('DependencyRequested')).length;
  await expect.poll(async () => [await asked(), refused.length], { timeout: 10_000 }).toEqual([20, 20]);
  expect(refused[0]).toContain('decide by yourself');

  // One that is answered makes room.
  const first = (await mcp.eventsOf('QuestionAsked'))[0];
  await mcp.append(first?.stream ?? '', {
    type: 'QuestionAnswered',
    data: { answer: { choices: [], text: 'yes' }, by: 'person' },
  });
  void mcp.call(client, 'ask_question', { question: 'One more?' }).catch(() => undefined);
  await expect.poll(asked, { timeout: 5_000 }).toBe(21);
});

it('an agent has no further 20 because the tools were started again', async () => {
  const before = await mcp.client();
  const asked = async () => (await mcp.eventsOf('QuestionAsked')).length;
  for (let at = 0; at < 20; at += 1)
    void mcp.call(before, 'ask_question', { question: `Flood ${at}?` }).catch(() => undefined);
  await expect.poll(asked, { timeout: 10_000 }).toBe(20);

  await mcp.restart();
  const after = await mcp.client();
  const more = await mcp.call(after, 'ask_question', { question: 'One more?' });
  expect(more).toMatchObject({ isError: true, code: 'TOO_MANY_REQUESTS' });
  // What was asked before is found again and is no further one.
  void mcp.call(after, 'ask_question', { question: 'Flood 3?' }).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await asked()).toBe(20);
});

it('what an agent asked in its own words counts as well', async () => {
  const data = {
    ...{ taskId: TASK, instanceId: INSTANCE, category: 'technical' as const, question: 'In words?' },
    ...{ options: [], multi: false, defaultAnswer: null, timeoutSeconds: null },
  };
  for (let at = 0; at < 20; at += 1)
    await mcp.append(streamOf('question', idFrom('in-words', at)), { type: 'QuestionAsked', data });
  const client = await mcp.client();
  const more = await mcp.call(client, 'request_dependency', { type: 'api_key', name: 'KEY', description: 'more' });
  expect(more).toMatchObject({ isError: true, code: 'TOO_MANY_REQUESTS' });
});
