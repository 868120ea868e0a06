import type { EventData, RepositoryEvent } from '@claude-codex/contracts/events';
import { FOLLOW_THROUGH, type FollowThrough } from '@claude-codex/contracts/pull-request/follow-through';
import type { ForgeRules } from '@claude-codex/contracts/repository/forge-rules';
import { ISSUE_SETTINGS, type IssueSettings } from '@claude-codex/contracts/repository/issue-settings';
import type { Decider } from '@claude-codex/eventing/decider';
import { refuse, unknownCommand } from '../refuse.ts';
import { evolveRepository, initialRepository, type RepositoryState } from './state.ts';

export type RepositoryCommand =
  /** Without `defaultBranch` nobody looked at the source before. */
  | ({
      type: 'ConnectRepository';
      defaultBranch?: string | null;
      followThrough?: FollowThrough;
      issues?: IssueSettings;
      sendsThreads?: boolean;
      /** As the look before saw them; null at no forge. */
      forgeRules?: ForgeRules | null;
    } & Omit<EventData<'RepositoryConnected'>, 'defaultBranch' | 'followThrough' | 'issues' | 'sendsThreads'>)
  /** What is left out stays as it is. */
  | ({
      type: 'ConfigureRepository';
      requireGreen?: boolean | undefined;
      followThrough?: FollowThrough | undefined;
      issues?: IssueSettings | undefined;
      sendsThreads?: boolean | undefined;
    } & Omit<EventData<'RepositoryConfigured'>, 'requireGreen' | 'followThrough' | 'issues' | 'sendsThreads'>)
  | { type: 'RefreshRepository' }
  | ({ type: 'RecordRules' } & ForgeRules)
  | { type: 'RemoveRepository' }
  | ({ type: 'RecordMirror' } & EventData<'RepositoryMirrored'>)
  | ({ type: 'RecordUnavailable' } & EventData<'RepositoryUnavailable'>);

export function decideRepository(command: RepositoryCommand, state: RepositoryState): RepositoryEvent[] {
  if (command.type === 'ConnectRepository') {
    const { type: _type, defaultBranch = null, followThrough = FOLLOW_THROUGH, ...more } = command;
    const { issues = ISSUE_SETTINGS, sendsThreads = true, forgeRules = null, ...rest } = more;
    const data = { ...rest, defaultBranch, followThrough, issues, sendsThreads };
    // A repeated connect of the same id is the same request sent again.
    if (state.status !== 'none') return [];
    const seen: RepositoryEvent[] = forgeRules === null ? [] : [{ type: 'RepositoryRulesSeen', data: forgeRules }];
    return [{ type: 'RepositoryConnected', data }, ...seen];
  }
  if (state.status === 'none') return refuse('REPOSITORY_NOT_FOUND');
  if (state.status === 'removed') return command.type === 'RemoveRepository' ? [] : refuse('REPOSITORY_REMOVED');
  switch (command.type) {
    case 'ConfigureRepository': {
      const { name, baseBranch, checkCommand, requireGreen = state.requireGreen } = command;
      const { followThrough = state.followThrough, issues = state.issues } = command;
      const { sendsThreads = state.sendsThreads } = command;
      const data = { name, baseBranch, checkCommand, requireGreen, followThrough, issues, sendsThreads };
      const same =
        name === state.name &&
        baseBranch === state.baseBranch &&
        checkCommand === state.checkCommand &&
        requireGreen === state.requireGreen &&
        followThrough.automatic === state.followThrough.automatic &&
        followThrough.rounds === state.followThrough.rounds &&
        issues.comment === state.issues.comment &&
        issues.commands === state.issues.commands &&
        sendsThreads === state.sendsThreads;
      return same ? [] : [{ type: 'RepositoryConfigured', data }];
    }
    case 'RecordRules': {
      const { mergeMethods, deletesBranch } = command;
      return isSame(state.forgeRules, command)
        ? []
        : [{ type: 'RepositoryRulesSeen', data: { mergeMethods, deletesBranch } }];
    }
    case 'RefreshRepository':
      return [{ type: 'RepositoryRefreshRequested', data: {} }];
    case 'RemoveRepository':
      return [{ type: 'RepositoryRemoved', data: {} }];
    case 'RecordMirror': {
      const { type: _type, ...data } = command;
      return [{ type: 'RepositoryMirrored', data }];
    }
    case 'RecordUnavailable':
      return [{ type: 'RepositoryUnavailable', data: { code: command.code, detail: command.detail } }];
    default:
      return unknownCommand(command);
  }
}

function isSame(before: ForgeRules | null, now: ForgeRules): boolean {
  return before?.deletesBranch === now.deletesBranch && before.mergeMethods.join() === now.mergeMethods.join();
}

export const repositoryDecider: Decider<RepositoryState, RepositoryCommand, RepositoryEvent> = {
  initialState: initialRepository,
  evolve: evolveRepository,
  decide: decideRepository,
  snapshot: { schemaVersion: 8 },
};
