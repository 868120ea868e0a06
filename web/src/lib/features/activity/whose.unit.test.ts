import { describe, expect, test } from 'vitest';
import type { Entry } from './fold.ts';
import { turnsOf } from './whose.ts';

const at = '2026-01-01T00:00:00.000Z';
const work = (instanceId: string) => ({ kind: 'work', key: '', at, instanceId, steps: [] }) as unknown as Entry;
const said = (instanceId: string) => ({ kind: 'said', key: '', at, instanceId, text: 'Go on.' }) as Entry;
const fact = (stream: string, data: object) => ({ kind: 'fact', key: '', at, event: { stream, data } }) as Entry;
const asked = (instanceId: string) => ({ kind: 'question', key: '', at, question: { instanceId } }) as Entry;
const reviewed = (instanceId: string) => ({ kind: 'review', key: '', at, review: { instanceId } }) as Entry;

describe('what several agents do beside each other', () => {
  test('is named each time it is another one’s turn', () => {
    expect(turnsOf([said('a'), work('a'), work('b'), said('a')])).toEqual(['a', null, 'b', 'a']);
    expect(turnsOf([asked('a'), asked('b')])).toEqual(['a', 'b']);
  });

  test('is known of facts by their stream, or by what they say', () => {
    const stopped = fact('instance-a', { reason: 'The work of another attempt was kept.' });
    const begun = fact('task-t', { phase: 'develop', instanceId: 'b' });
    expect(turnsOf([stopped, begun])).toEqual(['a', 'b']);
  });

  test('is named again after what is about the task, and after a review', () => {
    expect(turnsOf([work('a'), fact('task-t', {}), work('a')])).toEqual(['a', null, 'a']);
    expect(turnsOf([work('a'), reviewed('b'), work('a')])).toEqual(['a', null, 'a']);
  });
});
