import { describe, expect, it } from 'vitest';
import { nameOf } from './probe.ts';

describe('the name of a repository', () => {
  it.each([
    ['/srv/app', 'app'],
    ['/srv/app/', 'app'],
    ['/srv/app.git', 'app'],
    ['/srv/app/.git', 'app'],
    ['/srv/app/.git/', 'app'],
    ['/srv/./app/.', 'app'],
    ['/.git', 'repository'],
  ])('at %s is %s', (path, name) => expect(nameOf({ kind: 'path', path })).toBe(name));

  it.each([
    ['https://git.example.org/team/app.git', 'app'],
    ['https://git.example.org/team/app/.git', 'app'],
    ['git@git.example.org:app.git', 'app'],
  ])('at %s is %s', (url, name) => expect(nameOf({ kind: 'git', url })).toBe(name));
});
