import { z } from 'zod';
import { Id } from '../../ids.ts';
import { FollowThrough } from '../../pull-request/follow-through.ts';
import { RepositorySource } from '../../repository/events.ts';
import { ForgeRules } from '../../repository/forge-rules.ts';
import { IssueSettings } from '../../repository/issue-settings.ts';

const at = z.iso.datetime();

export const RepositoryView = z.object({
  id: Id,
  workspaceId: Id,
  name: z.string(),
  source: RepositorySource,
  status: z.enum(['connecting', 'ready', 'unavailable', 'removed']),
  defaultBranch: z.string().nullable(),
  baseBranch: z.string().nullable(),
  headSha: z.string().nullable(),
  branches: z.array(z.string()),
  checkCommand: z.string().nullable(),
  requireGreen: z.boolean(),
  followThrough: FollowThrough,
  issues: IssueSettings,
  sendsThreads: z.boolean(),
  /** Null: it is at no forge, or none was asked yet. */
  forgeRules: ForgeRules.nullable(),
  problem: z.object({ code: z.string(), detail: z.string() }).nullable(),
  connectedAt: at,
  refreshedAt: at.nullable(),
  position: z.number(),
});
export type RepositoryView = z.infer<typeof RepositoryView>;
