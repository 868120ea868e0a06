import { z } from 'zod';
import { AgentProgram } from '../../agent-program.ts';
import { Id } from '../../ids.ts';
import { RuntimeName } from '../../instance/events.ts';
import { AgentKind } from '../../worker/protocol.ts';

const at = z.iso.datetime();
const money = z.number().nonnegative();

export const InstanceViewState = z.enum([
  'queued',
  'starting',
  'running',
  'waiting_input',
  'waiting_review',
  'paused',
  'hibernated',
  'pr_created',
  'pr_merged',
  'pr_closed',
  'completed',
  'failed',
  'stopped',
  'lost',
]);
export type InstanceViewState = z.infer<typeof InstanceViewState>;

export const UsageTotals = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  cacheReadTokens: z.number(),
  cacheWriteTokens: z.number(),
  costUsd: money,
  modelCalls: z.number(),
});
export type UsageTotals = z.infer<typeof UsageTotals>;

/** What an agent used. `subAgents`: dollars by sub-agent, each a part of `costUsd`, none in two of them. */
export const InstanceUsage = UsageTotals.extend({ subAgents: z.record(z.string(), z.number()).optional() });
export type InstanceUsage = z.infer<typeof InstanceUsage>;

export const InstanceView = z.object({
  id: Id,
  taskId: Id,
  workspaceId: Id,
  repositoryId: Id,
  name: z.string(),
  kind: AgentKind,
  state: InstanceViewState,
  phase: z.string(),
  attempt: z.number(),
  branch: z.string(),
  baseBranch: z.string(),
  epoch: z.number(),
  runtime: RuntimeName.nullable(),
  managerId: z.string().nullable(),
  sessionId: z.string().nullable(),
  program: AgentProgram.nullable(),
  model: z.string().nullable(),
  /** What it does now, in words. */
  activity: z.string(),
  percent: z.number().nullable(),
  queuedAt: at,
  startedAt: at.nullable(),
  endedAt: at.nullable(),
  /** Messages from people that have not reached the agent yet. */
  pendingMessages: z.array(z.object({ id: Id, text: z.string(), at })),
  problem: z.object({ code: z.string(), detail: z.string() }).nullable(),
  usage: InstanceUsage,
});
export type InstanceView = z.infer<typeof InstanceView>;
