import { z } from 'zod';
import { Id } from '../ids.ts';

/** What a member may do: owners administer, editors work, viewers look. */
export const Role = z.enum(['owner', 'editor', 'viewer']);
export type Role = z.infer<typeof Role>;

/** Names and e-mail addresses of people stay in the accounts tables; events carry user ids only, so they can be erased. */
export const workspaceEvents = {
  WorkspaceCreated: z.object({ name: z.string() }),
  MemberJoined: z.object({ userId: z.string(), role: Role }),
  MemberRoleChanged: z.object({ userId: z.string(), role: Role }),
  MemberRemoved: z.object({ userId: z.string() }),
  /** What the accounts tables knew about this person is erased; from here on the id leads to nobody. */
  PersonForgotten: z.object({ userId: z.string() }),
  /** Agents may start here without a container or sandbox. Agreed to is what one can read then, word for word. */
  UnsandboxedAgentsAllowed: z.object({ exposure: z.string() }),
  UnsandboxedAgentsForbidden: z.object({}),
} as const;

/** Stream `counter-<workspaceId>`: hands out the numbers people see (`work-123-a1`). */
export const counterEvents = {
  TaskNumberAssigned: z.object({ taskId: Id, number: z.number().int().positive() }),
} as const;
