import { describe, expect, it } from 'vitest';
import { ConnectRepositoryRequest } from './requests.ts';

describe('where a repository is', () => {
  it.each([
    ['/srv/repo', '/srv/repo'],
    ['/srv/repo/', '/srv/repo'],
    ['/srv/repo///', '/srv/repo'],
    ['//srv//repo', '/srv/repo'],
    ['/./srv/./repo/.', '/srv/repo'],
    ['/srv/.repo/..name', '/srv/.repo/..name'],
    ['/srv/blank at its end ', '/srv/blank at its end '],
    // Behind a link it is another directory than the one before it.
    ['/srv/link/../repo', '/srv/link/../repo'],
    ['/', '/'],
  ])('the directory %j is kept as %j', (path, kept) => {
    const { source } = ConnectRepositoryRequest.parse({ source: { kind: 'path', path } });
    expect(source).toEqual({ kind: 'path', path: kept });
  });

  it.each([
    ['https://example.org/team/repo/', 'https://example.org/team/repo'],
    ['git@example.org:team/repo.git//', 'git@example.org:team/repo.git'],
    ['ssh://git@example.org:2222/team/repo/', 'ssh://git@example.org:2222/team/repo'],
  ])('the address %j is kept as %j', (url, kept) => {
    const { source } = ConnectRepositoryRequest.parse({ source: { kind: 'git', url } });
    expect(source).toEqual({ kind: 'git', url: kept });
  });

  it.each(['srv/repo', './repo', ''])('%j is no absolute path', (path) => {
    expect(ConnectRepositoryRequest.safeParse({ source: { kind: 'path', path } }).success).toBe(false);
  });
});
