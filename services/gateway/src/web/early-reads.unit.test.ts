import { expect, it } from 'vitest';
import { earlyReads } from './early-reads.ts';

const COOKIE = 'session=x';
const ID = '01jd0000000000000000000001';

it('names what a page asks for first', () => {
  expect(earlyReads('/', COOKIE)).toContain('</api/board?perColumn=100>; rel=preload; as=fetch; crossorigin=anonymous');
  expect(earlyReads(`/tasks/${ID}`, COOKIE).join()).toContain(`</api/tasks/${ID}>`);
  expect(earlyReads(`/tasks/${ID}`, COOKIE).join()).toContain(`</api/tasks/${ID}/log?`);
});

it('names the log only for the page that shows it', () => {
  expect(earlyReads(`/tasks/${ID}/changes`, COOKIE).join()).toContain(`</api/tasks/${ID}>`);
  expect(earlyReads(`/tasks/${ID}/changes`, COOKIE).join()).not.toContain('/log');
});

it('asks for nothing on behalf of a stranger, or for an address that is no page of this kind', () => {
  expect(earlyReads('/', undefined)).toEqual([]);
  expect(earlyReads('/nowhere', COOKIE)).toEqual([]);
  expect(earlyReads(`/tasks/${ID}x`, COOKIE)).toEqual([]);
  expect(earlyReads('/tasks/<script>', COOKIE)).toEqual([]);
});
