import { z } from 'zod';
import { RemoteForge } from '../forge.ts';
import { Id } from '../ids.ts';

/** A workspace may act at a forge. One stream for each workspace and forge; connecting again replaces what was there. */
export const forgeConnectionEvents = {
  ForgeConnected: z.object({
    provider: RemoteForge,
    /** Where people look at it, without a slash at its end: `https://github.com`. */
    webUrl: z.string(),
    /** Where the credential is kept, encrypted; never the credential itself. */
    credentialId: Id,
    /** The account whose name stands on what is done there. */
    login: z.string(),
  }),
  /** The forge does not take the credential any more: what is to be done there waits for a person. */
  ForgeCredentialRefused: z.object({ detail: z.string() }),
  /** It takes it again. */
  ForgeCredentialAccepted: z.object({}),
  ForgeDisconnected: z.object({}),
  /** Somebody who may write there gave a command from a comment, for the first time. */
  ForgeLoginSeen: z.object({ login: z.string() }),
  /** Whom somebody there stands for here; null: for nobody. */
  ForgeLoginMapped: z.object({ login: z.string(), personId: z.string().nullable() }),
} as const;
