import { z } from 'zod';
import { RemoteForge } from '../../forge.ts';
import { Id } from '../../ids.ts';

/** The connection of a workspace to a forge, since it was made first. Never the credential, nor where it is kept. */
export const ForgeView = z.object({
  /** Of the connection: what the sources of its repositories name. */
  id: Id,
  provider: RemoteForge,
  title: z.string(),
  /** `refused`: the forge does not take the credential any more, and `detail` says why. */
  status: z.enum(['connected', 'refused', 'disconnected']),
  /** The account whose name stands on what is done there. */
  login: z.string(),
  /** Without a slash at its end. */
  webUrl: z.string(),
  detail: z.string().nullable(),
  /** With the credential of now. */
  connectedAt: z.iso.datetime(),
  position: z.number(),
});
export type ForgeView = z.infer<typeof ForgeView>;
