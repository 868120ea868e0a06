import { z } from 'zod';
import { Id } from './ids.ts';
import { RepositorySource } from './repository/events.ts';
import { ChangeSet } from './task/events.ts';

const Sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);

/** A look ends within this time, whatever it found; who asked waits longer, so that the reason is heard and not a silence. */
export const PROBE_MS = 24_000;

/** Bus request `git.probe-repository`: can this be read, and what is in it? Asked before a repository is connected. */
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

/** Bus request `git.start-point`: the commits an instance's checkout is made from. */
export const StartPointRequest = z.object({
  repositoryId: Id,
  /** The instance's own branch. */
  branch: z.string(),
  baseBranch: z.string(),
  /** The base its checkout was made from before; null takes the base as it is now. */
  baseSha: Sha.nullable(),
  /** Look at the source first. What is mirrored will do when the source does not answer. */
  refresh: z.boolean(),
});
export type StartPointRequest = z.infer<typeof StartPointRequest>;
/** `headSha` is the newest commit of the branch that was handed over, or the base. */
export const StartPoint = z.object({ baseSha: Sha, headSha: Sha });
export type StartPoint = z.infer<typeof StartPoint>;

/** A host says no more commits than this that it holds already; more would only make the pack a little smaller. */
export const MAX_HELD = 200;

/** Bus request `git.pack`: commits with all they consist of, for a host that holds `have` already. */
export const PackRequest = z.object({
  repositoryId: Id,
  want: z.array(Sha).min(1).max(10),
  have: z.array(Sha).max(MAX_HELD),
});
export type PackRequest = z.infer<typeof PackRequest>;
export const PackAnswer = z.object({
  /** A git pack, thin against `have`; null when nothing is missing. It stays in the blob store for an hour. */
  blobId: z.string().nullable(),
  /** Commits whose parents nobody has: the repository is a clone cut short. */
  shallow: z.array(Sha),
});
export type PackAnswer = z.infer<typeof PackAnswer>;

/** Bus request `git.take-in`: an agent's bundle becomes its branch in the mirror, and what it changed is stored. */
export const TakeInRequest = z.object({
  repositoryId: Id,
  branch: z.string(),
  bundleBlobId: z.string(),
  /** The commit the supervisor says the branch is at. */
  headSha: Sha,
  /** The bundle holds files without a history: they are put on the branch, or on this base when there is none yet. */
  onto: Sha.nullable(),
  /** What the change is measured against; null when nobody will merge it. */
  since: z.object({ baseSha: Sha.nullable(), previousHeadSha: Sha.nullable() }).nullable(),
});
export type TakeInRequest = z.infer<typeof TakeInRequest>;
export const TakeInAnswer = z.object({
  /** The commit the branch is at. */
  headSha: Sha,
  changes: ChangeSet.nullable(),
  /** What a reviewer has to know before looking. */
  notices: z.array(z.string()),
});
export type TakeInAnswer = z.infer<typeof TakeInAnswer>;
