import {
  ConflictsAnswer,
  type ConflictsRequest,
  PushBranchAnswer,
  type PushBranchRequest,
  RefreshAnswer,
  type RefreshRequest,
  subjects,
  UpdateBranchAnswer,
  type UpdateBranchRequest,
} from '@claude-codex/contracts';
import { ForgeAway } from '@claude-codex/forges/remote-forge';
import { type Bus, BusNoResponder, BusTimeout } from '@claude-codex/service-kit/bus';
import { requestWork, WorkTakesLong } from '@claude-codex/service-kit/bus-work';
import type { z } from 'zod';

/** The service that holds repositories: this one never does. Every call throws `ForgeAway` when it does not answer. */
export interface GitService {
  refresh(request: RefreshRequest): Promise<RefreshAnswer>;
  pushBranch(request: PushBranchRequest): Promise<PushBranchAnswer>;
  updateBranch(request: UpdateBranchRequest): Promise<UpdateBranchAnswer>;
  conflicts(request: ConflictsRequest): Promise<ConflictsAnswer>;
}

const DEADLINE_MS = 10 * 60_000;

export function createGitService(bus: Bus): GitService {
  async function ask<Schema extends z.ZodType>(subject: string, body: unknown, schema: Schema) {
    try {
      return await requestWork(bus, subject, body, schema, { deadlineMs: DEADLINE_MS });
    } catch (cause) {
      const isAway = cause instanceof BusNoResponder || cause instanceof BusTimeout || cause instanceof WorkTakesLong;
      if (isAway) throw new ForgeAway('forge_away', 'The git service does not answer.', { cause });
      throw cause;
    }
  }
  const { git } = subjects;
  return {
    refresh: (request) => ask(git.refresh, request, RefreshAnswer),
    pushBranch: (request) => ask(git.pushBranch, request, PushBranchAnswer),
    updateBranch: (request) => ask(git.updateBranch, request, UpdateBranchAnswer),
    conflicts: (request) => ask(git.conflicts, request, ConflictsAnswer),
  };
}
