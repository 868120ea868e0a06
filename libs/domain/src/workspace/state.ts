import type { WorkspaceEvent } from '@claude-codex/contracts/events';
import type { Role } from '@claude-codex/contracts/workspace/events';
import { skipUnknown } from '@claude-codex/eventing/decider';

export type WorkspaceState =
  | { status: 'none' }
  | {
      status: 'active';
      name: string;
      members: Readonly<Record<string, Role>>;
      /** People who were members and are not any more, by id: whether their personal data is erased. */
      former: Readonly<Record<string, 'known' | 'forgotten'>>;
      /** What agents may be able to read where they have no sandbox, in the words a person agreed to. */
      exposureAllowed: string | null;
    };

type People = Pick<Extract<WorkspaceState, { status: 'active' }>, 'members' | 'former'>;

/** Ids come from outside: one may be the name of something every object has, such as `constructor`. */
export function roleOf({ members }: Pick<People, 'members'>, userId: string): Role | undefined {
  return Object.hasOwn(members, userId) ? members[userId] : undefined;
}

/** Undefined for who is a member, or never was. */
export function formerMember({ former }: Pick<People, 'former'>, userId: string): 'known' | 'forgotten' | undefined {
  return Object.hasOwn(former, userId) ? former[userId] : undefined;
}

export const initialWorkspace: WorkspaceState = { status: 'none' };

export function evolveWorkspace(state: WorkspaceState, event: WorkspaceEvent): WorkspaceState {
  if (event.type === 'WorkspaceCreated')
    return { status: 'active', name: event.data.name, members: {}, former: {}, exposureAllowed: null };
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'MemberJoined':
    case 'MemberRoleChanged':
      return { ...state, members: { ...state.members, [event.data.userId]: event.data.role } };
    case 'MemberRemoved': {
      const { [event.data.userId]: _removed, ...members } = state.members;
      return { ...state, members, former: { ...state.former, [event.data.userId]: 'known' } };
    }
    case 'PersonForgotten':
      return { ...state, former: { ...state.former, [event.data.userId]: 'forgotten' } };
    case 'UnsandboxedAgentsAllowed':
      return { ...state, exposureAllowed: event.data.exposure };
    case 'UnsandboxedAgentsForbidden':
      return { ...state, exposureAllowed: null };
    default:
      return skipUnknown(event, state);
  }
}
