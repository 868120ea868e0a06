import { expect, test } from 'vitest';
import { checkSource } from './check.ts';

test.each([
  ['path', '/srv/git/project', true],
  ['path', 'project', false],
  ['git', 'https://git.example.org/team/project.git', true],
  ['git', 'git@git.example.org:team/project', true],
  ['git', 'ssh://git@git.example.org/team/project', true],
  ['git', 'https://user:secret@git.example.org/p', false],
  ['git', '--upload-pack=x', false],
  ['git', 'file:///etc', false],
] as const)('%s %s', (kind, value, fine) => expect(checkSource(kind, value) === null).toBe(fine));

test('nothing typed yet is not wrong yet', () => expect(checkSource('git', '')).toBeNull());
