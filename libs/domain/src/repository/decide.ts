import type { EventData, RepositoryEvent } from '@claude-codex/contracts/events';
import { FOLLOW_THROUGH, type FollowThrough } from '@claude-codex/contracts/pull-request/follow-through';
import type { Decider } from '@claude-codex/eventing/decider';
import { refuse, unknownCommand } from '../refuse.ts';
import { evolveRepository, initialRepository, type RepositoryState } from './state.ts';

export type RepositoryCommand =
  /** Without `defaultBranch` nobody looked at the source before. */
  | ({ type: 'ConnectRepository'; defaultBranch?: string | null; followThrough?: FollowThrough } & Omit<
      EventData<'RepositoryConnected'>,
      'defaultBranch' | 'followThrough'
    >)
  /** What is left out stays as it is. */
  | ({
      type: 'ConfigureRepository';
      requireGreen?: boolean | undefined;
      followThrough?: FollowThrough | undefined;
    } & Omit<EventData<'RepositoryConfigured'>, 'requireGreen' | 'followThrough'>)
  | { type: 'RefreshRepository' }
  | { type: 'RemoveRepository' }
  | ({ type: 'RecordMirror' } & EventData<'RepositoryMirrored'>)
  | ({ type: 'RecordUnavailable' } & EventData<'RepositoryUnavailable'>);

export function decideRepository(command: RepositoryCommand, state: RepositoryState): RepositoryEvent[] {
  if (command.type === 'ConnectRepository') {
    const { type: _type, defaultBranch = null, followThrough = FOLLOW_THROUGH, ...rest } = command;
    const data = { ...rest, defaultBranch, followThrough };
    // A repeated connect of the same id is the same request sent again.
    return state.status === 'none' ? [{ type: 'RepositoryConnected', data }] : [];
  }
  if (state.status === 'none') return refuse('REPOSITORY_NOT_FOUND');
  if (state.status === 'removed') return command.type === 'RemoveRepository' ? [] : refuse('REPOSITORY_REMOVED');
  switch (command.type) {
    case 'ConfigureRepository': {
      const { name, baseBranch, checkCommand, requireGreen = state.requireGreen } = command;
      const { followThrough = state.followThrough } = command;
      const data = { name, baseBranch, checkCommand, requireGreen, followThrough };
      const same =
        name === state.name &&
        baseBranch === state.baseBranch &&
        checkCommand === state.checkCommand &&
        requireGreen === state.requireGreen &&
        followThrough.automatic === state.followThrough.automatic &&
        followThrough.rounds === state.followThrough.rounds;
      return same ? [] : [{ type: 'RepositoryConfigured', data }];
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

export const repositoryDecider: Decider<RepositoryState, RepositoryCommand, RepositoryEvent> = {
  initialState: initialRepository,
  evolve: evolveRepository,
  decide: decideRepository,
  snapshot: { schemaVersion: 5 },
};
