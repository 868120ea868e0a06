import { expect, it } from 'vitest';
import { lastWords, OperatorError, reasonOf } from './operator-error.ts';

it('what an operator can put right is said in its own words', () => {
  const cause = new Error('listen EADDRINUSE');
  expect(lastWords(new OperatorError('Port 80 is in use.', { cause }))).toBe('Port 80 is in use.');
});

it('a mistake of ours is said with its stack and those of its causes', () => {
  const said = lastWords(new Error('gateway did not start', { cause: new TypeError('x is not a function') }));
  expect(said).toMatch(
    /^Error: gateway did not start\n {4}at [\s\S]+\nCaused by: TypeError: x is not a function\n {4}at /,
  );
  expect(lastWords('thrown text')).toBe('thrown text');
});

it('a host refused at several addresses gives every reason', () => {
  const both = new AggregateError([new Error('refused at ::1'), new Error('refused at 127.0.0.1')]);
  expect(reasonOf(both)).toBe('refused at ::1; refused at 127.0.0.1');
});
