import { categoryOf, EVENT_SCHEMAS, type EventType, isOf } from '@claude-codex/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { flows, generateFlow, seededChooser } from './flow-generator.ts';

it('makes events that fit their schemas, at positions without a gap', () => {
  fc.assert(
    fc.property(flows(), (events) => {
      events.forEach((event, index) => {
        expect(event.position).toBe(index + 1);
        expect(EVENT_SCHEMAS[event.type].parse(event.data)).toEqual(event.data);
        expect(isOf(categoryOf(event.stream), event)).toBe(true);
      });
    }),
    { numRuns: 30 },
  );
});

it('makes every type of event sooner or later', () => {
  const made = new Set(generateFlow(80_000, seededChooser(1)).map(({ type }) => type));
  expect(Object.keys(EVENT_SCHEMAS).filter((type) => !made.has(type as EventType))).toEqual([]);
});

it('makes the same history from the same choices', () => {
  expect(generateFlow(200, seededChooser(7))).toEqual(generateFlow(200, seededChooser(7)));
});
