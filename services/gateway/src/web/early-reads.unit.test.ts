import { expect, it } from 'vitest';
import { earlyReads } from './early-reads.ts';

const COOKIE = 'session=x';
const ID = '01jd0000000000000000000001';

it('names what a page asks for first', () => {
  expect(earlyReads('/', COOKIE)).toContain('</api/board?perColumn=100>; rel=preload; as=fetch');
  expect(earlyReads(`/tasks/${ID}`, COOKIE)).toContain(`</api/tasks/${ID}>`);
  expect(earlyReads(`/tasks/${ID}/changes`, COOKIE)).toContain(`</api/tasks/${ID}>`);
});

it('asks for nothing on behalf of a stranger, or for an address that is no page of this kind', () => {
  expect(earlyReads('/', undefined)).toBeNull();
  expect(earlyReads('/settings', COOKIE)).toBeNull();
  expect(earlyReads(`/tasks/${ID}x`, COOKIE)).toBeNull();
  expect(earlyReads('/tasks/<script>', COOKIE)).toBeNull();
});
