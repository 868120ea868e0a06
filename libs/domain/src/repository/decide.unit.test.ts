import type { RepositoryEvent } from '@claude-codex/contracts/events';
import { FOLLOW_THROUGH } from '@claude-codex/contracts/pull-request/follow-through';
import { ISSUE_SETTINGS } from '@claude-codex/contracts/repository/issue-settings';
import { specFor } from '@claude-codex/eventing/spec/given';
import { describe, expect, it } from 'vitest';
import { baseBranchOf, isBeingCopied, repositoryDecider } from './index.ts';

const given = specFor(repositoryDecider);
const data = {
  name: 'shop',
  source: { kind: 'path' as const, path: '/srv/shop' },
  baseBranch: null,
  checkCommand: null,
  requireGreen: false,
};
const { source: _source, ...settings } = data;
const followThrough = FOLLOW_THROUGH;
const issues = ISSUE_SETTINGS;
const connected: RepositoryEvent = {
  type: 'RepositoryConnected',
  data: { ...data, defaultBranch: null, followThrough, issues, sendsThreads: true },
};
const seen: RepositoryEvent = {
  type: 'RepositoryConnected',
  data: { ...data, defaultBranch: 'main', followThrough, issues, sendsThreads: true },
};
const mirrored: RepositoryEvent = {
  type: 'RepositoryMirrored',
  data: { defaultBranch: 'trunk', headSha: 'a', branches: ['trunk'], shallow: false },
};
const removed: RepositoryEvent = { type: 'RepositoryRemoved', data: {} };

describe('a repository', () => {
  it('is connected once', () => {
    given([])
      .when({ type: 'ConnectRepository', ...data })
      .then([connected]);
    given([])
      .when({ type: 'ConnectRepository', ...data, defaultBranch: 'main' })
      .then([seen]);
    given([connected])
      .when({ type: 'ConnectRepository', ...data })
      .thenNothing();
  });

  it('records a configuration only when it differs', () => {
    given([connected])
      .when({ type: 'ConfigureRepository', ...settings })
      .thenNothing();
    given([connected])
      .when({ type: 'ConfigureRepository', ...settings, checkCommand: 'npm test', requireGreen: false })
      .then([
        {
          type: 'RepositoryConfigured',
          data: { ...settings, checkCommand: 'npm test', followThrough, issues, sendsThreads: true },
        },
      ]);
    const never = { automatic: false, rounds: 10 };
    given([connected])
      .when({ type: 'ConfigureRepository', ...settings, followThrough: { ...followThrough } })
      .thenNothing();
    given([connected])
      .when({ type: 'ConfigureRepository', ...settings, followThrough: never })
      .then([
        { type: 'RepositoryConfigured', data: { ...settings, followThrough: never, issues, sendsThreads: true } },
      ]);
  });

  it('knows what its forge allows, from the look before it was connected or later, and says so when that is news', () => {
    const rules = { mergeMethods: ['squash' as const], deletesBranch: true };
    const seenRules: RepositoryEvent = { type: 'RepositoryRulesSeen', data: rules };
    given([])
      .when({ type: 'ConnectRepository', ...data, forgeRules: rules })
      .then([connected, seenRules]);
    given([connected])
      .when({ type: 'RecordRules', ...rules })
      .then([seenRules]);
    given([connected, seenRules])
      .when({ type: 'RecordRules', ...rules })
      .thenNothing();
    const other = { ...rules, mergeMethods: ['merge' as const, 'squash' as const] };
    given([connected, seenRules])
      .when({ type: 'RecordRules', ...other })
      .then([{ type: 'RepositoryRulesSeen', data: other }]);
  });

  it('offers nothing more after it was removed', () => {
    given([connected, removed]).when({ type: 'RefreshRepository' }).refusedWith('REPOSITORY_REMOVED');
    given([connected, removed]).when({ type: 'RemoveRepository' }).thenNothing();
  });

  it('starts tasks from the branch a person set, else from the default one', () => {
    given([connected]).thenState((state) => expect(baseBranchOf(state)).toBeNull());
    given([seen]).thenState((state) => expect(baseBranchOf(state)).toBe('main'));
    given([seen, mirrored]).thenState((state) => expect(baseBranchOf(state)).toBe('trunk'));
    given([connected, mirrored]).thenState((state) => expect(baseBranchOf(state)).toBe('trunk'));
    const configured: RepositoryEvent = {
      type: 'RepositoryConfigured',
      data: { ...settings, baseBranch: 'next', followThrough, issues, sendsThreads: true },
    };
    given([connected, mirrored, configured]).thenState((state) => expect(baseBranchOf(state)).toBe('next'));
  });
  it('is being copied until something came of it', () => {
    const failed: RepositoryEvent = { type: 'RepositoryUnavailable', data: { code: 'GIT_FAILED', detail: 'x' } };
    given([seen]).thenState((state) => expect(isBeingCopied(state)).toBe(true));
    for (const then of [mirrored, failed, removed])
      given([seen, then]).thenState((state) => expect(isBeingCopied(state)).toBe(false));
  });
});
