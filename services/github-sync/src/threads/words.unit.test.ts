import type { ForgeConnectionState, KnownThread } from '@claude-codex/domain';
import { describe, expect, it } from 'vitest';
import { openingAtFile, openingText, replyText } from './words.ts';

const connection = {
  status: 'connected',
  logins: { grace: { isSeen: true, personId: 'user-grace' }, mallory: { isSeen: true, personId: null } },
} as unknown as ForgeConnectionState;
const said = { task: '[task 7](https://codex/tasks/t)', connection };
const thread = {
  by: 'user-grace',
  body: 'Why?',
  quote: 'a\n~~~\nb',
  lines: { startLine: 3, endLine: 5 },
} as KnownThread;

describe('what stands at a forge under our account', () => {
  it('says who said it: by the login an owner named, else nobody’s name', () => {
    expect(openingText(thread, said)).toBe('**grace** in [task 7](https://codex/tasks/t):\n\nWhy?');
    expect(openingText({ ...thread, by: 'user-ada' }, said)).toMatch(/^\*\*A reviewer\*\* in /);
  });

  it('at a file has the lines as they were, whatever is in them', () => {
    expect(openingAtFile(thread, said)).toContain('of lines 3–5 as they were:\n\n~~~~\na\n~~~\nb\n~~~~\n\nWhy?');
    expect(openingAtFile({ ...thread, quote: '', lines: { ...thread.lines, endLine: 3 } }, said)).toContain(
      'of line 3 as they were:\n\nWhy?',
    );
  });

  it('tells the agent from people, and what it says with its words', () => {
    const reply = { by: 'instance', body: 'It is a map now.', verdict: 'done' as const };
    expect(replyText(reply, said)).toBe('**The agent** of [task 7](https://codex/tasks/t): done.\n\nIt is a map now.');
    expect(replyText({ ...reply, by: 'user-grace', verdict: null }, said)).toMatch(/^\*\*grace\*\* in /);
  });
});
