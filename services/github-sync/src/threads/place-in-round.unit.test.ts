import { expect, it } from 'vitest';
import { placeInRound } from './place-in-round.ts';

const round = (number: number) => ({
  ...{ reviewId: `r${number}`, phase: 'develop', instanceId: 'i', round: number, headSha: `sha-${number}` },
});
const rounds = [round(1), round(2)];
const at = { path: 'a.ts', side: 'new' as const };
const said = {
  ...at,
  commitSha: 'sha-1',
  lines: { startLine: 3, endLine: 4 },
  linesNow: { startLine: 9, endLine: 10 },
};

it('is of the round whose commit it was said of, at its lines there', () => {
  expect(placeInRound(rounds, said)).toEqual({ round: rounds[0], lines: { ...at, startLine: 3, endLine: 4 } });
});

it('of a commit that somebody pushed there is of the newest round, where its lines are now', () => {
  const pushed = { ...said, commitSha: 'theirs' };
  expect(placeInRound(rounds, pushed)).toEqual({ round: rounds[1], lines: { ...at, startLine: 9, endLine: 10 } });
  expect(placeInRound(rounds, { ...pushed, linesNow: null })?.lines).toMatchObject({ startLine: 3, endLine: 4 });
});

it('of a whole file is at its first line; without a round it is nowhere', () => {
  const whole = { ...said, lines: null, linesNow: null };
  expect(placeInRound(rounds, whole)?.lines).toEqual({ ...at, startLine: 1, endLine: 1 });
  expect(placeInRound([], said)).toBeNull();
});
