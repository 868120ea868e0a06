import { expect, it } from 'vitest';
import { isComposing } from './composition.ts';

it.each([
  ['in the middle of a composition', true, 229, true],
  ['that ends one, as Chromium and Firefox tell it', true, 13, true],
  ['that ends one, as Safari tells it', false, 229, true],
  ['by itself', false, 13, false],
])('an Enter %s', (_what, composing, keyCode, expected) => {
  expect(isComposing({ isComposing: composing, keyCode })).toBe(expected);
});
