import type { RecordedDomainEvent } from '@claude-codex/contracts';
import { flows } from '@claude-codex/testing/flow-generator';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sentenceOf } from './sentences.ts';

it('every event of a flow reads as a sentence a person would say', () => {
  fc.assert(
    fc.property(flows(80), (events) => {
      for (const event of events) {
        const sentence = sentenceOf(event);
        expect(sentence).not.toBe(event.type);
        expect(sentence).toMatch(/^\S/);
        expect(sentence).not.toMatch(/undefined|null|NaN|\[object/);
      }
    }),
    { numRuns: 50 },
  );
});

it('an event that only a newer release knows goes by its name', () => {
  expect(sentenceOf({ type: 'TaskTeleported', data: {} } as unknown as RecordedDomainEvent)).toBe('TaskTeleported');
});
