import { afterEach, beforeEach, expect, it } from 'vitest';
import { Mcp } from '../mcp.fixture.ts';

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
