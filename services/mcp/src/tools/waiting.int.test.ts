import { RememberedValueRequest, streamOf, subjects } from '@claude-codex/contracts';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { waitFor } from '@claude-codex/testing/wait-for';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { INSTANCE, Mcp, outcomeOf, TASK } from '../mcp.fixture.ts';

let mcp: Mcp;

beforeEach(async () => {
  mcp = new Mcp();
  await mcp.start();
});

afterEach(() => mcp.stop());

const QUESTION = {
  category: 'technical',
  question: 'Tabs or spaces?',
  options: [{ label: 'Tabs', description: 'as before' }, 'Spaces'],
};

async function asked(count = 1): Promise<string> {
  const events = await waitFor('the question', async () => {
    const found = await mcp.eventsOf('QuestionAsked');
    return found.length >= count && found;
  });
  return events[count - 1]?.stream ?? '';
}

function answer(stream: string, text = 'Spaces'): Promise<void> {
  return mcp.append(stream, {
    type: 'QuestionAnswered',
    data: { answer: { choices: [text], text: 'two of them' }, by: 'person' },
  });
}

describe('ask_question', () => {
  it('waits for the answer and claims its delivery', async () => {
    const call = mcp.call(await mcp.client(), 'ask_question', QUESTION);
    const stream = await asked();
    expect((await mcp.eventsOf('QuestionAsked'))[0]?.data).toMatchObject({
      taskId: TASK,
      instanceId: INSTANCE,
      options: [
        { label: 'Tabs', description: 'as before' },
        { label: 'Spaces', description: '' },
      ],
    });
    await answer(stream);
    expect(await call).toEqual({ isError: false, text: 'The answer is: Spaces\ntwo of them', code: undefined });
    expect((await mcp.eventsOf('AnswerDelivered')).map((event) => event.data)).toEqual([{ via: 'tool' }]);
  });

  it('is the same question when asked again, by another run too, and then knows the answer', async () => {
    const first = mcp.call(await mcp.client(), 'ask_question', QUESTION);
    const stream = await asked();
    const second = mcp.call(await mcp.client(), 'ask_question', { ...QUESTION, question: '  tabs or\n spaces? ' });
    await answer(stream);
    expect([(await first).text, (await second).text]).toEqual([
      expect.stringContaining('Spaces'),
      expect.stringContaining('Spaces'),
    ]);
    await mcp.append(streamOf('instance', INSTANCE), {
      type: 'InstanceStarting',
      data: { epoch: 2, managerId: 'm2', runtime: 'process', resumeSessionId: null },
    });
    const third = await mcp.call(await mcp.client({ epoch: 2 }), 'ask_question', QUESTION);
    expect(third.text).toContain('Spaces');
    expect(await mcp.eventsOf('QuestionAsked')).toHaveLength(1);
    expect(await mcp.eventsOf('AnswerDelivered')).toHaveLength(1);
  });

  it('says so when the answer went out as a message in the meantime', async () => {
    const call = mcp.call(await mcp.client(), 'ask_question', QUESTION);
    const stream = await asked();
    await mcp.append(
      stream,
      { type: 'QuestionAnswered', data: { answer: { choices: [], text: 'Tabs' }, by: 'person' } },
      { type: 'AnswerDelivered', data: { via: 'message' } },
    );
    expect((await call).text).toContain('as a message too');
    expect(await mcp.eventsOf('AnswerDelivered')).toHaveLength(1);
  });

  it('says so too when the message was faster by a moment', async () => {
    const call = mcp.call(await mcp.client(), 'ask_question', QUESTION);
    const stream = await asked();
    const { append } = mcp.store;
    let isFaster = true;
    mcp.store.append = async (request) => {
      const claims = request.writes.some(({ events }) => events.some(({ type }) => type === 'AnswerDelivered'));
      if (claims && isFaster) {
        isFaster = false;
        await mcp.append(stream, { type: 'AnswerDelivered', data: { via: 'message' } });
      }
      return append(request);
    };
    await answer(stream);
    expect(await call).toMatchObject({ isError: false, text: expect.stringContaining('as a message too') });
    expect((await mcp.eventsOf('AnswerDelivered')).map(({ data }) => data)).toEqual([{ via: 'message' }]);
  });

  it('leaves the answer for the message when the agent has gone', async () => {
    const client = await mcp.client();
    const call = mcp.call(client, 'ask_question', QUESTION);
    const stream = await asked();
    await client.close();
    await expect(call).rejects.toThrow();
    await waitFor('the call to end', () => mcp.eventsOf('ToolCalled').then((events) => events.length > 0));
    await answer(stream);
    expect(await mcp.eventsOf('AnswerDelivered')).toEqual([]);
  });

  it('ends with the instance', async () => {
    const call = mcp.call(await mcp.client(), 'ask_question', QUESTION);
    await asked();
    await mcp.append(streamOf('instance', INSTANCE), { type: 'InstanceStopped', data: { reason: 'cancelled' } });
    expect(await call).toMatchObject({ isError: true, code: 'INSTANCE_ENDED' });
  });

  it('tells a client that wants to know that it still waits', async () => {
    await mcp.stop();
    mcp = new Mcp();
    await mcp.start({ progressMs: 20 });
    const client = await mcp.client();
    let told = 0;
    const call = client.callTool({ name: 'ask_question', arguments: QUESTION }, undefined, {
      onprogress: () => {
        told += 1;
      },
    });
    const stream = await asked();
    await waitFor('two notes', () => told >= 2);
    await answer(stream);
    expect(outcomeOf(await call).text).toContain('Spaces');
  });

  it('gives up waiting after a time, with what to do', async () => {
    await mcp.stop();
    mcp = new Mcp();
    await mcp.start({ waitMs: 50 });
    const outcome = await mcp.call(await mcp.client(), 'ask_question', QUESTION);
    expect(outcome).toMatchObject({
      isError: false,
      text: expect.stringContaining('End your turn now; the answer will arrive as a message'),
    });
  });

  it('answers waiting agents when the service stops', async () => {
    const call = mcp.call(await mcp.client(), 'ask_question', QUESTION);
    await asked();
    const stopped = mcp.app.stop();
    expect(await call).toMatchObject({ isError: true, code: 'SERVICE_STOPPING' });
    await stopped;
  });

  it('hears of the default that was taken for nobody’s answer like of any other', async () => {
    const call = mcp.call(await mcp.client(), 'ask_question', { ...QUESTION, default: 'Tabs', timeout: 60 });
    const stream = await asked();
    expect((await mcp.eventsOf('QuestionAsked'))[0]?.data).toMatchObject({ defaultAnswer: 'Tabs', timeoutSeconds: 60 });
    const answer = { choices: ['Tabs'], text: '' };
    await mcp.append(stream, { type: 'QuestionAnswered', data: { answer, by: 'default' } });
    expect(await call).toMatchObject({ text: 'The answer is: Tabs' });
  });

  it('refuses a time without a default, and an unknown category by name', async () => {
    const client = await mcp.client();
    expect(await mcp.call(client, 'ask_question', { ...QUESTION, timeout: 60 })).toMatchObject({
      code: 'INVALID_FIELD',
      text: expect.stringContaining('timeout'),
    });
    expect(await mcp.call(client, 'ask_question', { ...QUESTION, category: 'weather' })).toMatchObject({
      code: 'INVALID_FIELD',
      text: expect.stringContaining('clarification'),
    });
  });
});

describe('request_dependency', () => {
  const REQUEST = { type: 'api_key', name: 'GREETING_API_KEY', description: 'signs greetings' };

  async function requested(): Promise<string> {
    const [event] = await waitFor('the request', async () => {
      const found = await mcp.eventsOf('DependencyRequested');
      return found.length > 0 && found;
    });
    return event?.stream ?? '';
  }

  it('waits until the value is in the shell, and never says it', async () => {
    const call = mcp.call(await mcp.client(), 'request_dependency', REQUEST);
    const stream = await requested();
    await mcp.append(stream, { type: 'DependencyProvided', data: { secretId: TASK, remember: 'task' } });
    let answered = false;
    void call.then(() => {
      answered = true;
    });
    await mcp.call(await mcp.client(), 'report_progress', { step: 'something else meanwhile' });
    expect(answered).toBe(false);
    await mcp.append(stream, { type: 'DependencyDelivered', data: { epoch: 1 } });
    const outcome = await call;
    expect(outcome).toMatchObject({
      isError: false,
      text: expect.stringContaining('environment variable GREETING_API_KEY in your shell'),
    });
    expect(outcome.text).not.toContain(TASK);
  });

  it('passes a refusal on with its reason, and knows it the next time', async () => {
    const client = await mcp.client();
    const call = mcp.call(client, 'request_dependency', REQUEST);
    await mcp.append(await requested(), { type: 'DependencyDeclined', data: { reason: 'no budget' } });
    expect((await call).text).toContain('Declined: no budget');
    expect((await mcp.call(client, 'request_dependency', REQUEST)).text).toContain('Declined: no budget');
    expect(await mcp.eventsOf('DependencyRequested')).toHaveLength(1);
  });

  it('asks nobody for what was remembered under this name', async () => {
    const asked: RememberedValueRequest[] = [];
    const stop = serveJson(mcp.bus, subjects.secrets.remembered, RememberedValueRequest, async (request) => {
      asked.push(request);
      return { secretId: TASK, remember: 'repository' };
    });
    const call = mcp.call(await mcp.client(), 'request_dependency', REQUEST);
    const stream = await requested();
    stop();
    expect(asked).toEqual([{ instanceId: INSTANCE, name: REQUEST.name }]);
    const [provided] = await mcp.eventsOf('DependencyProvided');
    expect(provided).toMatchObject({ stream, data: { secretId: TASK, remember: 'repository' } });
    await mcp.append(stream, { type: 'DependencyDelivered', data: { epoch: 1 } });
    expect((await call).text).toContain('available as environment variable');
  });

  it.each([
    'PATH',
    'PS4',
    'BASH_ENV',
    'LD_PRELOAD',
    'GIT_SSH_COMMAND',
    'ANTHROPIC_BASE_URL',
    'two words',
    '1ST',
    'a=b',
  ])('refuses the name %s, and says what to ask for instead', async (name) => {
    const outcome = await mcp.call(await mcp.client(), 'request_dependency', { ...REQUEST, name });
    expect(outcome).toMatchObject({ isError: true, code: 'INVALID_FIELD' });
    expect(outcome.text).toMatch(/ask for it under a name of its own|such as STRIPE_API_KEY/);
  });
});
