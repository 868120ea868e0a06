import type { PullRequestState, TaskState } from '@claude-codex/domain';
import { expect, it } from 'vitest';
import { noteOf } from './note.ts';

type Known = Exclude<PullRequestState, { status: 'none' }>;

const LINK = '[task 1](https://codex.example.org/tasks/t)';
const open = { status: 'open' } as Known;
const madeWay = { status: 'closed', atForge: 'stays_open' } as Known;
const stopped = (detail: string) => ({ ...open, stopped: { why: 'rounds', over: 'checks', detail } }) as Known;

const task = (phase: string, reason: string | null = 'forge', over: 'checks' | 'review' | null = 'checks') =>
  ({
    status: 'running',
    automatic: over === null ? null : { over, round: 2, of: 10, signature: null },
    phases: [{ status: phase, reopened: reason === null ? null : { reason } }],
  }) as unknown as TaskState;
const ended = { ...task('approved'), status: 'cancelled' } as TaskState;

it.each([
  ['work under way over checks', madeWay, task('rework'), /Round 2 of 10.*works on the checks that failed/],
  [
    'work under way over a review',
    madeWay,
    task('rework', 'forge', 'review'),
    /works on what was asked for in a review/,
  ],
  [
    'work that a person sent back after that',
    madeWay,
    task('rework', 'person'),
    /^The agent works on what somebody wants/,
  ],
  ['work that waits for review', madeWay, task('in_review'), /Round 2 of 10.*waits for review in \[task 1\]/],
  ['work that stands there', open, task('approved', null), /Round 2 of 10.*stands here/],
  [
    'what stopped',
    stopped('It went back 10 times.'),
    task('approved', null),
    /Stopped.*It went back 10 times\. Somebody/,
  ],
  ['what stopped before a first round', stopped('Pushed.'), task('approved', null, null), /Stopped.*Pushed/],
])('of %s', (_what, pullRequest, of, words) => expect(noteOf(pullRequest, of, LINK)).toMatch(words));

it.each([
  ['nothing went back by itself', open, task('approved', null, null)],
  ['only a person sent it back', madeWay, task('rework', 'person', null)],
  ['its task has ended', stopped('x'), ended],
  ['it is closed for good', { ...madeWay, atForge: 'to_close' } as Known, task('rework')],
])('says nothing when %s', (_when, pullRequest, of) => expect(noteOf(pullRequest, of, LINK)).toBeNull());

it('shows names of checks as they are: they are chosen by others', () => {
  const note = noteOf(stopped('ci ![x](https://evil) <img> `a`'), task('approved', null), LINK);
  expect(note).toContain('\\!\\[x\\](https://evil) \\<img\\> \\`a\\`');
});
