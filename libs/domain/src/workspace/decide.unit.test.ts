import type { WorkspaceEvent } from '@claude-codex/contracts';
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

  it('knows its members', () => {
    given(founded).when({ type: 'JoinWorkspace', userId: 'ada', role: 'viewer' }).refusedWith('MEMBER_ALREADY_JOINED');
    given(founded).when({ type: 'ChangeMemberRole', userId: 'bob', role: 'viewer' }).refusedWith('MEMBER_UNKNOWN');
    given(founded).when({ type: 'RemoveMember', userId: 'bob' }).thenNothing();
  });
});
