import { z } from 'zod';
import { RuntimeName } from '../instance/events.ts';
import { RepositorySource } from '../repository/events.ts';

/** Bus request `manager.runtime-info`: what instances run in here. `isolated` is true for containers and sandboxes. */
export const RuntimeInfo = z.object({
  name: RuntimeName,
  label: z.string(),
  isolated: z.boolean(),
  /** What an agent can read that is not its own, in words for a person; null when isolated, or not known yet. */
  exposure: z.string().nullable().default(null),
});
export type RuntimeInfo = z.infer<typeof RuntimeInfo>;

/** Bus request `manager.probe-repository`: can this be read, and what is in it? Asked before a repository is connected. */
export const ProbeRepositoryRequest = z.object({ source: RepositorySource });
export type ProbeRepositoryRequest = z.infer<typeof ProbeRepositoryRequest>;
export const ProbeRepositoryAnswer = z.object({
  ok: z.boolean(),
  /** An `ErrorCode` when not ok, for example INVALID_PATH; empty otherwise. */
  code: z.string(),
  /** One sentence for the person who typed the address. */
  detail: z.string(),
  defaultBranch: z.string().nullable(),
  branches: z.array(z.string()),
  /** A command found in the repository that looks like its check, such as `npm test`. */
  checkCommandSuggestion: z.string().nullable(),
});
export type ProbeRepositoryAnswer = z.infer<typeof ProbeRepositoryAnswer>;
