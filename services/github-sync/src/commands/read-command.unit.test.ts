import { expect, it } from 'vitest';
import { readCommand } from './read-command.ts';

const command = (verb: string, text = '', isImplied = false) => ({ kind: 'command', verb, text, isImplied });

it.each<[string, object]>([
  ['/codex start', command('start')],
  ['/Codex  Stop  ', command('stop')],
  ['/codex pause\r\nI have to look at something first.', command('pause', 'I have to look at something first.')],
  ['/codex answer The first one', command('answer', 'The first one')],
  ['/codex answer\nBoth,\nin turn.', command('answer', 'Both,\nin turn.')],
  ['/codex answer 2\n> On Monday somebody wrote:\n> /codex stop', command('answer', '2')],
  ['/codex answer One\u2028two', command('answer', 'One\u2028two')],
  ['/codex answer `one`\n```\ntwo\n```', command('answer', '`one`\n```\ntwo\n```')],
  ['2', command('answer', '2', true)],
  ['2.\nBut not on Fridays.', command('answer', '2.\nBut not on Fridays.', true)],
  ['/codex status', { kind: 'status' }],
  ['/codex', { kind: 'unknown' }],
  ['/codex merge', { kind: 'unknown' }],
])('%j is heard', (body, wish) => expect(readCommand(body)).toEqual(wish));

it.each([
  'Please /codex stop',
  ' /codex stop',
  '    /codex stop',
  '> /codex stop',
  '```\n/codex stop\n```',
  '`/codex stop`',
  'As said:\n/codex stop',
  '\n/codex stop',
  '/codexstop',
  '/codex\u00a0stop',
  '<!-- claude-codex -->\n/codex stop',
  '2 of these fail',
  '2.5',
  '1. First I looked',
  '',
])('%j is nothing to us', (body) => expect(readCommand(body)).toBeNull());

it.each(['/codex a', '/codex', '/codex answer', '1'])(
  'a line that begins with %j is read once, however long',
  (begin) => {
    const before = performance.now();
    readCommand(`${begin}${' '.repeat(1_000)}\u2028`);
    expect(performance.now() - before).toBeLessThan(500);
  },
);

it('a comment as long as GitHub takes one is cut to what is kept of an answer', () =>
  expect(readCommand(`/codex answer ${'😀'.repeat(32_000)}`)).toEqual(command('answer', '😀'.repeat(5_000))));
