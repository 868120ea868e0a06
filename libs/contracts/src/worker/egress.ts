import { z } from 'zod';
import { Id } from '../ids.ts';
import { AgentKind } from './protocol.ts';

/** Request `egress.open`: serve this instance's door on a unix socket. Asking again changes nothing. */
export const EgressOpen = z.object({
  instanceId: Id,
  epoch: z.number().int().positive(),
  workspaceId: Id,
  taskId: Id,
  repositoryId: Id,
  kind: AgentKind,
  /** Absolute, as the egress service sees it; at most 107 bytes (the kernel's limit). Its directory is made. */
  socketPath: z.string().startsWith('/'),
  /** The one user who may use the door; null = the egress service's own. Given over only where that service may (root). */
  owner: z.object({ uid: z.number().int().positive(), gid: z.number().int().positive() }).nullable().default(null),
});
export type EgressOpen = z.output<typeof EgressOpen>;

/** Request `egress.close`: closing what is not open is not an error. */
export const EgressClose = z.object({ instanceId: Id, epoch: z.number().int().positive() });
export type EgressClose = z.infer<typeof EgressClose>;

/** Answer to `egress.open` and `egress.close`. */
export const EgressDone = z.object({ ok: z.literal(true) });
export type EgressDone = z.infer<typeof EgressDone>;

/** Answer to `egress.list`. */
export const EgressDoors = z.object({ doors: z.array(EgressOpen) });
export type EgressDoors = z.infer<typeof EgressDoors>;
