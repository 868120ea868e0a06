import type { RepositoryView } from '@claude-codex/contracts';
import { expect, test } from 'vitest';
import { namedIssue } from './sources.ts';

const repository = {
  id: 'r',
  source: {
    kind: 'forge',
    provider: 'github',
    connectionId: 'c',
    slug: 'Acme/App',
    url: 'https://github.com/Acme/App.git',
  },
} as RepositoryView;
const named = (text: string) => namedIssue(text, [repository]);

test('an address in the first line names the issue, and the rest is said beside it', () => {
  expect(named(' https://github.com/acme/app/issues/12 \n\nIn French.\n')).toEqual({
    repository,
    number: 12,
    rest: 'In French.',
  });
  expect(named('https://github.com/Acme/App/issues/7#issuecomment-3')).toMatchObject({ number: 7, rest: '' });
});

test.each([
  'Greet visitors',
  'See https://github.com/acme/app/issues/12',
  'https://github.com/acme/other/issues/12',
  'https://github.com/acme/app/pull/12',
  'https://github.com/acme/app/issues/0',
  'https://github.com/acme/app/issues',
  '',
])('%s names none', (text) => expect(named(text)).toBeNull());
