import type { EventData, RepositoryView } from '@claude-codex/contracts';
import { FOLLOW_THROUGH } from '@claude-codex/contracts/pull-request/follow-through';
import { ISSUE_SETTINGS } from '@claude-codex/contracts/repository/issue-settings';
import { expect, it } from 'vitest';
import { foldRepository, type RepositoryRecord } from './fold-repository.ts';

type Step = { [T in RepositoryRecord['type']]: [type: T, data: EventData<T>] }[RepositoryRecord['type']];

function after(...steps: Step[]) {
  return steps
    .map(([type, data], index): RepositoryRecord => {
      const place = { position: index + 1, eventId: `e${index}`, stream: 'repository-r1', version: index + 1 };
      const meta = {
        actor: { kind: 'system' as const, id: 'test' },
        causedBy: null,
        correlationId: 'c',
        causationId: null,
        commandId: 'x',
        workspaceId: 'w1',
      };
      const at = `2026-11-20T09:00:0${index}.000Z`;
      return { ...place, type, data, schemaVersion: 1, meta, at, hash: '' } as RepositoryRecord;
    })
    .reduce<RepositoryView | null>(foldRepository, null);
}

const settings = {
  name: 'api',
  baseBranch: null,
  checkCommand: null,
  requireGreen: false,
  followThrough: FOLLOW_THROUGH,
  sendsThreads: true,
  issues: ISSUE_SETTINGS,
};
const connected: Step = ['RepositoryConnected', { ...settings, source: { kind: 'sample' }, defaultBranch: 'main' }];
const mirrored: Step = [
  'RepositoryMirrored',
  { defaultBranch: 'main', headSha: 'a1', branches: ['main'], shallow: true },
];
const failed: Step = ['RepositoryUnavailable', { code: 'GIT_FAILED', detail: 'No answer.' }];

it('connects, then is ready with what was found', () => {
  expect(after(connected)).toMatchObject({ id: 'r1', status: 'connecting', branches: [], position: 1 });
  expect(after(connected, mirrored)).toMatchObject({
    status: 'ready',
    defaultBranch: 'main',
    headSha: 'a1',
    refreshedAt: '2026-11-20T09:00:01.000Z',
    position: 2,
  });
});

it('says why it cannot be reached, until it can be', () => {
  expect(after(connected, failed)).toMatchObject({ status: 'unavailable', problem: { code: 'GIT_FAILED' } });
  expect(after(connected, failed, mirrored)).toMatchObject({ status: 'ready', problem: null });
});

it('stays usable while it is looked at again', () => {
  expect(after(connected, mirrored, ['RepositoryRefreshRequested', {}])?.status).toBe('ready');
  expect(after(connected, failed, ['RepositoryRefreshRequested', {}])?.status).toBe('connecting');
});

it('stays removed, whatever still arrives', () => {
  expect(after(connected, ['RepositoryRemoved', {}], mirrored)?.status).toBe('removed');
  expect(after(connected, ['RepositoryRemoved', {}], failed)?.status).toBe('removed');
});
