import { z } from 'zod';
import { RemoteForge, RepositorySlug } from '../forge.ts';
import { Id } from '../ids.ts';
import { FollowThrough } from '../pull-request/follow-through.ts';
import { ForgeRules } from './forge-rules.ts';
import { IssueSettings } from './issue-settings.ts';

export const RepositorySource = z.discriminatedUnion('kind', [
  /** The bundled sample the demo works on; lives in the data directory. */
  z.object({ kind: z.literal('sample') }),
  /** An absolute path on the server's machine. */
  z.object({ kind: z.literal('path'), path: z.string() }),
  z.object({ kind: z.literal('git'), url: z.string() }),
  /** At a forge the workspace is connected to: read, pushed to and merged with what that connection may. */
  z.object({
    kind: z.literal('forge'),
    provider: RemoteForge,
    connectionId: Id,
    slug: RepositorySlug,
    /** What git takes, over https. */
    url: z.string(),
  }),
]);
export type RepositorySource = z.infer<typeof RepositorySource>;

const settings = z.object({
  name: z.string(),
  baseBranch: z.string().nullable(),
  checkCommand: z.string().nullable(),
  /** Work whose check did not pass cannot be merged. */
  requireGreen: z.boolean(),
  followThrough: FollowThrough,
  issues: IssueSettings,
  /** What is said here of the lines of its work is said at its forge as well, once the work stands there. */
  sendsThreads: z.boolean(),
});

export const repositoryEvents = {
  RepositoryConnected: settings.extend({
    source: RepositorySource,
    /** As the look before saw it: work can be asked for while the first copy is made. Null: nobody looked. */
    defaultBranch: z.string().nullable(),
  }),
  /** The mirror was made or refreshed; branches as found there. */
  RepositoryMirrored: z.object({
    defaultBranch: z.string(),
    headSha: z.string(),
    branches: z.array(z.string()),
    /** The source is a clone cut short: work goes on from what it has, and its history ends where it was cut. */
    shallow: z.boolean(),
  }),
  RepositoryUnavailable: z.object({ code: z.string(), detail: z.string() }),
  RepositoryRefreshRequested: z.object({}),
  RepositoryConfigured: settings,
  /** Its forge allows this, since it was asked last. */
  RepositoryRulesSeen: ForgeRules,
  RepositoryRemoved: z.object({}),
} as const;
