// What the develop phase writes into the sample repository.
import type { Style } from './greeting.ts';

export const DAY_PART = `const MORNING_STARTS = 5;
const AFTERNOON_STARTS = 12;
const EVENING_STARTS = 18;

/** The part of the day that local time \`at\` falls into. */
export function dayPart(at) {
  const hour = at.getHours();
  if (hour >= MORNING_STARTS && hour < AFTERNOON_STARTS) return 'morning';
  if (hour >= AFTERNOON_STARTS && hour < EVENING_STARTS) return 'afternoon';
  return 'evening';
}
`;

export const SIGNATURE = `import { createHmac } from 'node:crypto';

/** What the display checks before it shows a line: the first 12 hex digits of an HMAC of it. */
export function sign(line, key) {
  return createHmac('sha256', key).update(line).digest('hex').slice(0, 12);
}
`;

export const CLI = `#!/usr/bin/env node
import { drawBoard } from './board.js';
import { greet } from './greet.js';
import { sign } from './signature.js';
import { readVisitors } from './visitors.js';

const key = process.env.GREETING_API_KEY;
const now = new Date();
const visitors = await readVisitors();
const lines = visitors.map((visitor) => {
  const line = greet(visitor.name, now);
  return key ? \`\${line} · \${sign(line, key)}\` : line;
});

process.stdout.write(\`\${drawBoard(lines)}\\n\`);
`;

export const GREET_BEFORE = `/** The line that greets one visitor. */
export function greet(name) {
  return \`Hello, \${name}!\`;
}`;

/** The words of a greeting by the part of the day, as `greet.js` holds them. */
export function wordsOf(style: Style): string {
  return style === 'formal'
    ? `{ morning: 'Good morning', afternoon: 'Good afternoon', evening: 'Good evening' }`
    : `{ morning: 'Morning', afternoon: 'Hello', evening: 'Good evening' }`;
}

/** What a greeting ends with. */
export function endOf(style: Style): string {
  return style === 'formal' ? '.' : '!';
}

/** `greet.js` after the change, in the style the person chose. */
export function greetAfter(style: Style): string {
  return `import { dayPart } from './day-part.js';

const WORDS = ${wordsOf(style)};

/** The line that greets one visitor at local time \`at\`. */
export function greet(name, at = new Date()) {
  return \`\${WORDS[dayPart(at)]}, \${name}${endOf(style)}\`;
}`;
}

/** Tests for the part of the day, the greeting and the signature. */
export function greetTest(style: Style): string {
  const morning = style === 'formal' ? 'Good morning, Ada.' : 'Morning, Ada!';
  const evening = style === 'formal' ? 'Good evening, Ada.' : 'Good evening, Ada!';
  return `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greet } from '../src/greet.js';

const at = (hour) => new Date(2026, 0, 15, hour, 0);

test('greets a visitor in the morning', () => {
  assert.equal(greet('Ada', at(9)), '${morning}');
});

test('greets a visitor in the evening', () => {
  assert.equal(greet('Ada', at(20)), '${evening}');
});
`;
}

export const DAY_PART_TEST = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayPart } from '../src/day-part.js';
import { sign } from '../src/signature.js';

const BORDERS = [
  [4, 59, 'evening'],
  [5, 0, 'morning'],
  [11, 59, 'morning'],
  [12, 0, 'afternoon'],
  [17, 59, 'afternoon'],
  [18, 0, 'evening'],
];

for (const [hour, minute, expected] of BORDERS) {
  test(\`\${hour}:\${String(minute).padStart(2, '0')} is \${expected}\`, () => {
    assert.equal(dayPart(new Date(2026, 0, 15, hour, minute)), expected);
  });
}

test('a signature depends on line and key', () => {
  assert.match(sign('Hello', 'one'), /^[0-9a-f]{12}$/);
  assert.notEqual(sign('Hello', 'one'), sign('Hello', 'two'));
});
`;

/** A test of a later task on the sample; it holds in either tone, whatever other tasks make of the words. */
export function taskTest(taskNumber: string): string {
  return `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greet } from '../src/greet.js';

test('every hour of a day has a greeting (task ${taskNumber})', () => {
  for (let hour = 0; hour < 24; hour += 1) {
    assert.match(greet('Ada', new Date(2026, 0, 15, hour, 0)), /^\\w[\\w ]*, Ada[.!]$/);
  }
});
`;
}
