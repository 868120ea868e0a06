import { expect, it } from 'vitest';
import { missingAt } from './missing.ts';

const ID = '01jd0000000000000000000000';

it.each([
  ['/tasks/zzzz', 'zzzz', '/'],
  [`/tasks/${ID.toUpperCase()}`, 'is not the id of a task', '/'],
  [`/tasks/${ID}`, 'no task of this id', '/'],
  [`/tasks/${ID}/`, 'no task of this id', '/'],
  [`/tasks/${ID}/costs`, 'Activity, Changes', `/tasks/${ID}`],
  [`/tasks/${'a'.repeat(5000)}`, `${'a'.repeat(60)}…`, '/'],
  ['/tasks/%E0%A4%A', '“%E0%A4%A”', '/'],
  ['/tasks/%3Cimg%3E', '“<img>”', '/'],
  ['/tasks', 'a slip', '/'],
  ['/repositories/zzzz', 'is one page', '/repositories'],
  ['/settings/members/1', 'is one page', '/settings'],
  ['/nowhere', 'a slip', '/'],
])('%s is explained and leads on', (path, words, first) => {
  const { detail, links } = missingAt(path);
  expect(detail).toContain(words);
  expect(links[0]?.href).toBe(first);
  expect(links.map(({ href }) => href)).toContain('/');
});
