import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** WCAG 2.2 AA for text of this size. */
const ENOUGH = 4.5;
const THEMES = ['light', 'dark'] as const;
const css = readFileSync(join(import.meta.dirname, 'styles/tokens.css'), 'utf8');
const tokens = [...css.matchAll(/--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map(
  ([, name = '', light = '', dark = '']) => ({ name, light, dark }),
);
const named = (pattern: RegExp) => tokens.filter(({ name }) => pattern.test(name));

/** Where the words of a diff stand: on the page, in an added or removed line, in its changed words, chosen for a comment. */
const BEHIND = named(/^(bg|surface|added-bg|added-word|removed-bg|removed-word|needs-soft)$/);
const INKS = named(/^(text|syntax-.*)$/);

describe.each(THEMES)('in %s', (theme) => {
  test.each(INKS.flatMap((ink) => BEHIND.map((behind) => [ink.name, behind.name, ink[theme], behind[theme]] as const)))(
    '%s can be read on %s',
    (_ink, _behind, ink, behind) => expect(contrast(ink, behind)).toBeGreaterThanOrEqual(ENOUGH),
  );
});

test('every token is looked at', () => expect([INKS.length, BEHIND.length]).toEqual([6, 7]));

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
