import { idOf, type RecordedEvent, type RecordedEventOf, type Role, workspaceEvents } from '@claude-codex/contracts';

export interface WorkspaceRow {
  workspaceId: string;
  name: string;
  createdAt: string;
  position: number;
}

/** `role: null`: not a member any more. `joinedAt: null`: as it was. */
export interface MemberChange {
  workspaceId: string;
  userId: string;
  role: Role | null;
  joinedAt: string | null;
  position: number;
}

type WorkspaceRecord = RecordedEventOf<keyof typeof workspaceEvents>;

function isWorkspaceEvent(event: RecordedEvent): event is WorkspaceRecord {
  return event.type in workspaceEvents;
}

/** Workspaces made and members as they are after these events: one change per member, the last that counts. */
export function foldWorkspaces(events: readonly RecordedEvent[]): {
  workspaces: WorkspaceRow[];
  members: MemberChange[];
} {
  const workspaces: WorkspaceRow[] = [];
  const members = new Map<string, MemberChange>();
  for (const event of events) {
    if (!isWorkspaceEvent(event)) continue;
    const { position, at } = event;
    const workspaceId = idOf(event.stream);
    if (event.type === 'WorkspaceCreated') {
      workspaces.push({ workspaceId, name: event.data.name, createdAt: at, position });
      continue;
    }
    // Read models hold ids only, and who is forgotten was removed before.
    if (event.type === 'PersonForgotten') continue;
    // What agents may do here is asked of the stream itself.
    if (event.type === 'UnsandboxedAgentsAllowed' || event.type === 'UnsandboxedAgentsForbidden') continue;
    const { userId } = event.data;
    const key = `${workspaceId}/${userId}`;
    const joinedAt = event.type === 'MemberJoined' ? at : (members.get(key)?.joinedAt ?? null);
    const role = event.type === 'MemberRemoved' ? null : event.data.role;
    members.set(key, { workspaceId, userId, role, joinedAt, position });
  }
  return { workspaces, members: [...members.values()] };
}
