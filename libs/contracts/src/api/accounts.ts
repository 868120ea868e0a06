import { z } from 'zod';
import { Role } from '../workspace/events.ts';

/** One browser session of the person who asks; `current` is the one asking. */
export const SessionItem = z.object({
  id: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  current: z.boolean(),
});
export type SessionItem = z.infer<typeof SessionItem>;

export const InviteView = z.object({
  id: z.string(),
  role: Role,
  createdAt: z.string(),
  expiresAt: z.string(),
  usedAt: z.string().nullable(),
});
export type InviteView = z.infer<typeof InviteView>;
/** The link is shown once: only a hash of its token is kept. */
export const CreatedInvite = InviteView.extend({ url: z.url() });
export type CreatedInvite = z.infer<typeof CreatedInvite>;

/** A link by which one person chooses a new password, once. It is shown this once: only a hash of its token is kept. */
export const PasswordLink = z.object({ url: z.url(), expiresAt: z.string() });
export type PasswordLink = z.infer<typeof PasswordLink>;

export const ChangeRoleRequest = z.strictObject({ role: Role });
export const Preferences = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  editor: z.enum(['vscode', 'cursor', 'jetbrains', 'none']),
});
export type Preferences = z.infer<typeof Preferences>;
