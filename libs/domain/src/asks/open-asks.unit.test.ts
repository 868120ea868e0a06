import { describe, expect, it } from 'vitest';
import { MAX_OPEN_ASKS, OpenAsks } from './index.ts';

type Applied = Parameters<OpenAsks['apply']>[0];

const event = (stream: string, type: string, data: object = {}) => ({ stream, type, data }) as Applied;
const asked = (stream: string, instanceId = 'a') => event(stream, 'QuestionAsked', { instanceId });
const requested = (stream: string, instanceId = 'a') => event(stream, 'DependencyRequested', { instanceId });

function after(...events: Applied[]): OpenAsks {
  const asks = new OpenAsks();
  for (const one of events) asks.apply(one);
  return asks;
}

const full = () =>
  Array.from({ length: MAX_OPEN_ASKS }, (_, at) =>
    at % 2 === 0 ? asked(`question-${at}`) : requested(`dependency-${at}`),
  );

describe('what an agent has asked and nobody has dealt with', () => {
  it('is bounded for questions and requests together, for each agent by itself', () => {
    expect(after(...full().slice(1)).mayAsk('a', 'question-new')).toBe(true);
    expect(after(...full()).mayAsk('a', 'question-new')).toBe(false);
    expect(after(...full()).mayAsk('b', 'question-new')).toBe(true);
  });

  it.each([
    ['QuestionAnswered', 'question-0'],
    ['QuestionWithdrawn', 'question-0'],
    ['DependencyProvided', 'dependency-1'],
    ['DependencyDeclined', 'dependency-1'],
  ])('makes room with %s', (type, stream) => {
    expect(after(...full(), event(stream, type)).mayAsk('a', 'question-new')).toBe(true);
  });

  it('is open again when the value was lost', () => {
    const lost = [event('dependency-1', 'DependencyProvided'), event('dependency-1', 'DependencyValueLost')];
    expect(after(...full(), ...lost).mayAsk('a', 'question-new')).toBe(false);
  });

  it('is no further one when it is asked again', () => {
    const answered = event('question-0', 'QuestionAnswered');
    expect(after(...full(), answered, asked('question-more')).mayAsk('a', 'question-0')).toBe(true);
  });

  it.each(['InstanceCompleted', 'InstanceFailed', 'InstanceStopped'])(
    'is forgotten with %s, and what comes late',
    (end) => {
      const asks = after(...full(), asked('question-other', 'b'), event('instance-a', end));
      expect([...asks.kept().keys()]).toEqual(['b']);
      for (const late of ['QuestionWithdrawn', 'DependencyValueLost']) asks.apply(event('dependency-1', late));
      expect([...asks.kept()]).toEqual([['b', new Map([['question-other', true]])]]);
    },
  );

  it('goes on from what was kept', () => {
    const before = after(...full(), event('question-0', 'QuestionAnswered'));
    const asks = new OpenAsks(structuredClone(before.kept()));
    expect(asks.of('a')).toEqual(before.of('a'));
    asks.apply(event('question-2', 'QuestionAnswered'));
    expect(asks.of('a').size).toBe(MAX_OPEN_ASKS - 2);
    expect(asks.mayAsk('a', 'question-0')).toBe(true);
  });
});
