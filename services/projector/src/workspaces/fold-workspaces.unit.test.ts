import type { EventData, EventType, RecordedEvent } from '@claude-codex/contracts';
import { expect, it } from 'vitest';
import { foldWorkspaces } from './fold-workspaces.ts';

function history(...events: { [T in EventType]: [type: T, data: EventData<T>] }[EventType][]): RecordedEvent[] {
  return events.map(([type, data], index) => ({
    position: index + 1,
    eventId: `e${index}`,
    stream: 'workspace-w1',
    version: index + 1,
    type,
    schemaVersion: 1,
    data,
    meta: {
      actor: { kind: 'person', id: 'ada' },
      causedBy: null,
      correlationId: 'c',
      causationId: null,
      commandId: 'x',
      workspaceId: 'w1',
    },
    at: `2026-11-20T09:00:0${index}.000Z`,
    hash: '',
  }));
}

it('keeps one change per member: the last', () => {
  const { workspaces, members } = foldWorkspaces(
    history(
      ['WorkspaceCreated', { name: 'Team' }],
      ['MemberJoined', { userId: 'ada', role: 'owner' }],
      ['MemberJoined', { userId: 'grace', role: 'viewer' }],
      ['MemberRoleChanged', { userId: 'grace', role: 'editor' }],
    ),
  );
  expect(workspaces).toEqual([{ workspaceId: 'w1', name: 'Team', createdAt: '2026-11-20T09:00:00.000Z', position: 1 }]);
  expect(members).toMatchObject([
    { userId: 'ada', role: 'owner', position: 2 },
    { userId: 'grace', role: 'editor', joinedAt: '2026-11-20T09:00:02.000Z', position: 4 },
  ]);
});

it('removes a member, and takes one who comes back as new', () => {
  const left = history(
    ['MemberJoined', { userId: 'ada', role: 'owner' }],
    ['MemberRemoved', { userId: 'ada' }],
    ['MemberJoined', { userId: 'ada', role: 'viewer' }],
  );
  expect(foldWorkspaces(left.slice(0, 2)).members).toMatchObject([{ userId: 'ada', role: null }]);
  expect(foldWorkspaces(left).members).toMatchObject([
    { userId: 'ada', role: 'viewer', joinedAt: '2026-11-20T09:00:02.000Z' },
  ]);
});
