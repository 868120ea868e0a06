import type { WorkspaceEvent } from '@claude-codex/contracts/events';
import type { Role } from '@claude-codex/contracts/workspace/events';
import type { Decider } from '@claude-codex/eventing/decider';
import { refuse, unknownCommand } from '../refuse.ts';
import { evolveWorkspace, formerMember, initialWorkspace, roleOf, type WorkspaceState } from './state.ts';

export type WorkspaceCommand =
  | { type: 'CreateWorkspace'; name: string; ownerId: string }
  | { type: 'JoinWorkspace'; userId: string; role: Role }
  | { type: 'ChangeMemberRole'; userId: string; role: Role }
  | { type: 'RemoveMember'; userId: string }
  | { type: 'AllowUnsandboxedAgents'; exposure: string }
  | { type: 'ForbidUnsandboxedAgents' }
  /** Erases what is known about somebody who is or was a member; who is one stops being it. */
  | { type: 'ForgetPerson'; userId: string };

export function decideWorkspace(command: WorkspaceCommand, state: WorkspaceState): WorkspaceEvent[] {
  if (command.type === 'CreateWorkspace') {
    if (state.status !== 'none') refuse('WORKSPACE_ALREADY_EXISTS');
    return [
      { type: 'WorkspaceCreated', data: { name: command.name } },
      { type: 'MemberJoined', data: { userId: command.ownerId, role: 'owner' } },
    ];
  }
  if (state.status === 'none') return refuse('WORKSPACE_NOT_FOUND');
  switch (command.type) {
    case 'AllowUnsandboxedAgents':
      if (state.exposureAllowed === command.exposure) return [];
      return [{ type: 'UnsandboxedAgentsAllowed', data: { exposure: command.exposure } }];
    case 'ForbidUnsandboxedAgents':
      return state.exposureAllowed === null ? [] : [{ type: 'UnsandboxedAgentsForbidden', data: {} }];
    case 'ForgetPerson':
      return forget(state, command.userId);
    case 'JoinWorkspace':
    case 'ChangeMemberRole':
    case 'RemoveMember':
      return decideMember(command, state);
    default:
      return unknownCommand(command);
  }
}

type MemberCommand = Extract<WorkspaceCommand, { type: 'JoinWorkspace' | 'ChangeMemberRole' | 'RemoveMember' }>;

function decideMember(command: MemberCommand, state: Extract<WorkspaceState, { status: 'active' }>): WorkspaceEvent[] {
  const current = roleOf(state, command.userId);
  switch (command.type) {
    case 'JoinWorkspace':
      if (current !== undefined) refuse('MEMBER_ALREADY_JOINED', { userId: command.userId });
      return [{ type: 'MemberJoined', data: { userId: command.userId, role: command.role } }];
    case 'ChangeMemberRole':
      if (current === undefined) refuse('MEMBER_UNKNOWN', { userId: command.userId });
      if (current === command.role) return [];
      keepAnOwner(state, command.userId);
      return [{ type: 'MemberRoleChanged', data: { userId: command.userId, role: command.role } }];
    case 'RemoveMember':
      if (current === undefined) return [];
      keepAnOwner(state, command.userId);
      return [{ type: 'MemberRemoved', data: { userId: command.userId } }];
    default:
      return unknownCommand(command);
  }
}

function forget(state: Extract<WorkspaceState, { status: 'active' }>, userId: string): WorkspaceEvent[] {
  const forgotten: WorkspaceEvent = { type: 'PersonForgotten', data: { userId } };
  if (roleOf(state, userId) !== undefined) {
    keepAnOwner(state, userId);
    return [{ type: 'MemberRemoved', data: { userId } }, forgotten];
  }
  const before = formerMember(state, userId);
  if (before === undefined) refuse('MEMBER_UNKNOWN', { userId });
  return before === 'forgotten' ? [] : [forgotten];
}

/** A workspace without an owner could never be administered again. */
function keepAnOwner(state: Extract<WorkspaceState, { status: 'active' }>, leaving: string): void {
  const others = Object.entries(state.members).some(([userId, role]) => role === 'owner' && userId !== leaving);
  if (roleOf(state, leaving) === 'owner' && !others) refuse('MEMBER_LAST_OWNER', { userId: leaving });
}

export const workspaceDecider: Decider<WorkspaceState, WorkspaceCommand, WorkspaceEvent> = {
  initialState: initialWorkspace,
  evolve: evolveWorkspace,
  decide: decideWorkspace,
};
