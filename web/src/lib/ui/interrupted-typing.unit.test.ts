import { beforeEach, expect, it } from 'vitest';
import { InterruptedTyping } from './interrupted-typing.ts';

let typing: InterruptedTyping;
let field: { isConnected: boolean };
let now: number;
beforeEach(() => {
  typing = new InterruptedTyping();
  field = { isConnected: true };
  now = 10_000;
});

/** A key, some milliseconds after the one before. */
function press(key: string, target: { isConnected: boolean } | null, after = 100): boolean {
  now += after;
  return typing.isMeantForGone({ key, timeStamp: now }, target);
}

it('takes no key while there is a field, nor without one', () => {
  expect(press('a', field)).toBe(false);
  expect(press('e', null)).toBe(false);
});

it('takes the rest of what somebody types into a field that went away, until there is a pause', () => {
  press('a', field);
  field.isConnected = false;
  expect(['e', '2', 'Enter'].map((key) => press(key, null))).toEqual([true, true, true]);
  expect(press('e', null, 2_000)).toBe(false);
  expect(press('e', null)).toBe(false);
});

it.each(['Enter', 'Escape', 'Tab'])('leaves the keys after %s to the page, which made the field go away', (key) => {
  press('a', field);
  press(key, field);
  field.isConnected = false;
  expect(press('n', null)).toBe(false);
});

it('leaves the keys after a press of the mouse to the page', () => {
  press('a', field);
  typing.forget();
  field.isConnected = false;
  expect(press('n', null)).toBe(false);
});

it('takes no key of who left a field that is still there', () => {
  press('a', field);
  expect(press('n', null)).toBe(false);
});
