import type { WorkspaceEvent } from '@claude-codex/contracts/events';
import { specFor } from '@claude-codex/eventing/spec/given';
import { describe, it } from 'vitest';
import { workspaceDecider } from './index.ts';

const given = specFor(workspaceDecider);
const founded: WorkspaceEvent[] = [
  { type: 'WorkspaceCreated', data: { name: 'Team' } },
  { type: 'MemberJoined', data: { userId: 'ada', role: 'owner' } },
];

describe('a workspace', () => {
  it('begins with its owner, once', () => {
    given([]).when({ type: 'CreateWorkspace', name: 'Team', ownerId: 'ada' }).then(founded);
    given(founded)
      .when({ type: 'CreateWorkspace', name: 'Team', ownerId: 'bob' })
      .refusedWith('WORKSPACE_ALREADY_EXISTS');
  });

  it('always keeps an owner', () => {
    given(founded).when({ type: 'RemoveMember', userId: 'ada' }).refusedWith('MEMBER_LAST_OWNER');
    given(founded).when({ type: 'ChangeMemberRole', userId: 'ada', role: 'viewer' }).refusedWith('MEMBER_LAST_OWNER');
    const second: WorkspaceEvent = { type: 'MemberJoined', data: { userId: 'bob', role: 'owner' } };
    given([...founded, second])
      .when({ type: 'RemoveMember', userId: 'ada' })
      .then([{ type: 'MemberRemoved', data: { userId: 'ada' } }]);
  });

  it('agrees to what agents can read without a sandbox word for word, and takes it back', () => {
    const allowed = (exposure: string): WorkspaceEvent => ({ type: 'UnsandboxedAgentsAllowed', data: { exposure } });
    const forbidden: WorkspaceEvent = { type: 'UnsandboxedAgentsForbidden', data: {} };
    const allow = (exposure: string) => ({ type: 'AllowUnsandboxedAgents' as const, exposure });
    given(founded)
      .when(allow('all of ada'))
      .then([allowed('all of ada')]);
    given([...founded, allowed('all of ada')])
      .when(allow('all of ada'))
      .then([]);
    given([...founded, allowed('all of ada')])
      .when(allow('all of root'))
      .then([allowed('all of root')]);
    given([...founded, allowed('all of ada')])
      .when({ type: 'ForbidUnsandboxedAgents' })
      .then([forbidden]);
    given([...founded, allowed('all of ada'), forbidden])
      .when({ type: 'ForbidUnsandboxedAgents' })
      .then([]);
    given([]).when(allow('all of ada')).refusedWith('WORKSPACE_NOT_FOUND');
  });

  it('forgets who is or was a member, once', () => {
    const forgotten: WorkspaceEvent = { type: 'PersonForgotten', data: { userId: 'bob' } };
    const joined: WorkspaceEvent = { type: 'MemberJoined', data: { userId: 'bob', role: 'viewer' } };
    const removed: WorkspaceEvent = { type: 'MemberRemoved', data: { userId: 'bob' } };
    const forget = { type: 'ForgetPerson', userId: 'bob' } as const;
    given([...founded, joined])
      .when(forget)
      .then([removed, forgotten]);
    given([...founded, joined, removed])
      .when(forget)
      .then([forgotten]);
    given([...founded, joined, removed, forgotten])
      .when(forget)
      .thenNothing();
    given(founded).when(forget).refusedWith('MEMBER_UNKNOWN');
    given(founded).when({ type: 'ForgetPerson', userId: 'ada' }).refusedWith('MEMBER_LAST_OWNER');
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('has no member called %s', (userId) => {
    given(founded).when({ type: 'ChangeMemberRole', userId, role: 'owner' }).refusedWith('MEMBER_UNKNOWN');
    given(founded).when({ type: 'RemoveMember', userId }).thenNothing();
    given(founded).when({ type: 'ForgetPerson', userId }).refusedWith('MEMBER_UNKNOWN');
    // Whatever an id is, who joined by it is a member like any other.
    const joined: WorkspaceEvent = { type: 'MemberJoined', data: { userId, role: 'owner' } };
    given([...founded, joined])
      .when({ type: 'RemoveMember', userId: 'ada' })
      .then([{ type: 'MemberRemoved', data: { userId: 'ada' } }]);
  });

  it('knows its members', () => {
    given(founded).when({ type: 'JoinWorkspace', userId: 'ada', role: 'viewer' }).refusedWith('MEMBER_ALREADY_JOINED');
    given(founded).when({ type: 'ChangeMemberRole', userId: 'bob', role: 'viewer' }).refusedWith('MEMBER_UNKNOWN');
    given(founded).when({ type: 'RemoveMember', userId: 'bob' }).thenNothing();
  });
});
