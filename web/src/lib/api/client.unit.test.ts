import { expect, test } from 'vitest';
import { ApiProblem } from './client.ts';

const problem = (field: string) =>
  new ApiProblem({
    title: 'Bad Request',
    status: 400,
    code: 'INVALID_FIELD',
    detail: 'The request is not valid.',
    errors: [{ field, code: 'INVALID_FIELD', expected: 'must be an e-mail address' }],
  });

test('what the server says of a field is found under the name of the form', () => {
  expect(problem('body.email').field('email')).toBe('must be an e-mail address');
  expect(problem('body.source.path').field('source')).toBe('must be an e-mail address');
  expect(problem('path.id').field('email')).toBeNull();
});

test('a field that is refused for a reason of its own says that reason, with its remedy', () => {
  const detail = 'There is no directory /srv/aip on the server. Check the spelling.';
  const refused = new ApiProblem({
    title: 'Bad Request',
    status: 400,
    code: 'PATH_NOT_FOUND',
    detail,
    errors: [{ field: 'body.source.path', code: 'PATH_NOT_FOUND', expected: 'a git repository that can be read' }],
  });
  expect(refused.field('source')).toBe(detail);
});
