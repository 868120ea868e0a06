import { z } from 'zod';

/**
 * Where a change becomes part of its base branch. `local`: here, by ourselves, for repositories without a forge (G9).
 * Who wants to know what one can do asks `FORGES`, not for its name.
 */
export const ForgeProvider = z.enum(['local', 'github']);
export type ForgeProvider = z.infer<typeof ForgeProvider>;

export interface ForgeFacts {
  /** What people call a change there. */
  readonly change: 'change request' | 'pull request';
  /** What can be asked of it from here. Everything else is done there, and becomes known here as it happens. */
  readonly can: { readonly merge: boolean; readonly update: boolean };
}

export const FORGES: Readonly<Record<ForgeProvider, ForgeFacts>> = {
  local: { change: 'change request', can: { merge: true, update: true } },
  github: { change: 'pull request', can: { merge: false, update: false } },
};
