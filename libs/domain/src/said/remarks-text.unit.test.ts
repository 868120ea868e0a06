import { expect, it } from 'vitest';
import type { Remark } from '../pull-request/index.ts';
import { remarksText } from './remarks-text.ts';

const line = { id: 'line-1', path: 'a.ts', line: 3, side: 'new' as const, body: 'Why?', url: 'https://x/1' };
const remark: Remark = {
  ...{ id: 'review-1', author: 'grace', mayWrite: true, body: '', url: 'https://x', at: '2026-01-01T00:00:00Z' },
  ...{ verdict: 'commented', comments: [{ ...line, threadId: 't1' }] },
};

it('names the threads that are answered, and asks for that', () => {
  const text = remarksText([remark], 'github') ?? '';
  expect(text).toContain('- [thread t1] a.ts:3\n> Why?');
  expect(text).toContain('answer_thread');
});

it('of an earlier release, or where there is no thread, names and asks for none', () => {
  const text = remarksText([{ ...remark, comments: [{ ...line, threadId: null }] }], 'github') ?? '';
  expect(text).toContain('- a.ts:3\n> Why?');
  expect(text).not.toContain('thread');
});
