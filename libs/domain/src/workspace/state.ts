import type { Role, WorkspaceEvent } from '@claude-codex/contracts';
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
