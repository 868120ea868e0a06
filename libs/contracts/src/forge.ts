import { z } from 'zod';
import { FORGES as FACTS, type ForgeFacts } from './forge-facts.ts';

export type { ForgeFacts } from './forge-facts.ts';

/**
 * Where a change becomes part of its base branch. `local`: here, by ourselves, for repositories without a forge (G9).
 * Who wants to know what one can do asks `FORGES`, not for its name.
 */
export const ForgeProvider = z.enum(['local', 'github']);
export type ForgeProvider = z.infer<typeof ForgeProvider>;

/** Forges that are somewhere else: a workspace is connected to one, and changes are published there. */
export const RemoteForge = ForgeProvider.exclude(['local']);
export type RemoteForge = z.infer<typeof RemoteForge>;

export const FORGES: Readonly<Record<ForgeProvider, ForgeFacts>> = FACTS;

/** `owner/name`, as GitHub allows them: what stands in an address is built from it, so nothing else gets in. */
export const RepositorySlug = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62})\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/, 'must be owner/name');
