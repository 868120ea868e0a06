import { EventStoreError } from '@claude-codex/eventing';
import { BusNoResponder, BusRemoteError, BusTimeout } from '@claude-codex/service-kit/bus';
import { GitError } from '@claude-codex/service-kit/git/git-error';
import { describe, expect, it } from 'vitest';
import { GitAway, GitRefused } from '../git-service/git-service.ts';
import { startFault } from './needs.ts';

const coded = (code: string, more: object = {}) => Object.assign(new Error(`${code}: it failed`), { code, ...more });
const git = (stderr: string) => new GitError('GIT_FAILED', 'checkout', { exitCode: 128, stderr });

const HERE = { settings: { hostId: 'builder-2' }, directories: { root: '/srv/codex' } };

describe('a start that came to nothing', () => {
  it.each([
    ['egress answers late', new BusTimeout('egress.open', 20_000), 'egress_away'],
    ['egress is gone', new BusNoResponder('egress.open'), 'egress_away'],
    ['egress refuses', new BusRemoteError('INTERNAL'), 'start_failed'],
    ['the git service is away', new GitAway(), 'git_away'],
    ['the git service has no words for it', new GitRefused('INTERNAL', 'It could not do it.'), 'start_failed'],
    ['the git service finds the disk full', new GitRefused('DISK_FULL', 'Full.'), 'disk_full'],
    ['the disk is full', coded('ENOSPC', { syscall: 'write' }), 'disk_full'],
    ['the quota is used up', coded('EDQUOT'), 'disk_full'],
    ['git finds the disk full', git('fatal: write error: No space left on device'), 'disk_full'],
    ['the disk is full far below', new Error('no checkout', { cause: coded('ENOSPC') }), 'disk_full'],
    ['the engine is away', coded('ECONNREFUSED', { syscall: 'connect' }), 'engine_away'],
    ['the engine’s socket is gone', coded('ENOENT', { syscall: 'connect' }), 'engine_away'],
    ['the engine went down meanwhile', coded('ECONNRESET', { syscall: 'read' }), 'engine_away'],
    ['the source’s host is away', new GitRefused('HOST_UNREACHABLE', 'The host does not answer.'), 'source_away'],
    ['the source is slow', new GitRefused('SOURCE_SLOW', 'It takes long.'), 'source_away'],
    ['the source’s disk is not mounted', new GitRefused('PATH_NOT_FOUND', 'There is none.'), 'source_away'],
    ['a file of ours is missing', coded('ENOENT', { syscall: 'open' }), 'start_failed'],
    ['something nobody thought of', new Error('odd'), 'start_failed'],
  ])('because %s is tried again: %s', (_what, error, cause) => {
    expect(startFault(error, HERE)).toMatchObject({ kind: 'passing', cause });
  });

  it('names the disk that is full: this host’s and its directory, or the git service’s', () => {
    const words = (error: Error) => {
      const fault = startFault(error, HERE);
      return fault.kind === 'passing' ? fault.detail : fault.kind;
    };
    expect(words(coded('ENOSPC'))).toBe('the disk of /srv/codex on the host builder-2 is full.');
    expect(words(new GitRefused('DISK_FULL', 'Full.'))).toMatch(/^the disk of the git service, .* is full\.$/);
  });

  it.each([
    [new GitRefused('BASE_BRANCH_MISSING', 'The repository has no branch next.'), 'BASE_BRANCH_MISSING'],
    [new GitRefused('REPOSITORY_NOT_FOUND', 'The repository is not connected.'), 'REPOSITORY_NOT_FOUND'],
    [new GitRefused('NOT_A_REPOSITORY', 'There is no git repository there.'), 'NOT_A_REPOSITORY'],
  ])('needs a person when waiting changes nothing: %s', (error, code) => {
    expect(startFault(error, HERE)).toMatchObject({ kind: 'final', code });
  });

  it('goes on as it is when nothing can be written down', () => {
    expect(startFault(new EventStoreError('EVENT_STORE_UNAVAILABLE'), HERE)).toEqual({ kind: 'log_away' });
  });
});
