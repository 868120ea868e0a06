import type { EventData, InstanceUsage, toolsEvents, usageEvents } from '@claude-codex/contracts';
import { totalUsage } from '@claude-codex/contracts/live/task-page';
import { utcTime } from '@claude-codex/contracts/time';
import { changeById, type Facts } from './facts.ts';

/** What the work costs. Tool calls are counted elsewhere: on the task they would only make noise. */
export const usageFacts: Facts<keyof typeof usageEvents | keyof typeof toolsEvents> = {
  ModelCallSettled(view, { data }) {
    const instance = view.instances.find(({ id }) => id === data.instanceId);
    if (instance === undefined) return view;
    const instances = changeById(view.instances, instance.id, { usage: plus(instance.usage, data) });
    const usage = totalUsage(instances);
    return { ...view, usage, costUsd: usage.costUsd, instances };
  },
  RateLimitHit(view, { data }) {
    const end = data.resetsAt === null ? ' to end' : `, which ends ${utcTime(data.resetsAt)}`;
    const activity = `Waiting for the model provider's limit${end}`;
    return { ...view, instances: changeById(view.instances, data.instanceId, { activity }) };
  },
  ToolCalled: (view) => view,
};

/** The ids come from the agent's program: what is counted by itself has to end somewhere, the whole has not. */
const MAX_SUB_AGENTS = 256;

function plus(totals: InstanceUsage, call: EventData<'ModelCallSettled'>): InstanceUsage {
  const subAgents = withSubAgent(totals.subAgents ?? {}, call);
  return {
    inputTokens: totals.inputTokens + call.inputTokens,
    outputTokens: totals.outputTokens + call.outputTokens,
    cacheReadTokens: totals.cacheReadTokens + call.cacheReadTokens,
    cacheWriteTokens: totals.cacheWriteTokens + call.cacheWriteTokens,
    costUsd: totals.costUsd + call.costUsd,
    modelCalls: totals.modelCalls + 1,
    ...(Object.keys(subAgents).length > 0 ? { subAgents } : {}),
  };
}

function withSubAgent(
  costs: Readonly<Record<string, number>>,
  { subAgentId, costUsd }: EventData<'ModelCallSettled'>,
): Readonly<Record<string, number>> {
  if (subAgentId === undefined) return costs;
  const before = Object.hasOwn(costs, subAgentId) ? costs[subAgentId] : undefined;
  if (before === undefined && Object.keys(costs).length >= MAX_SUB_AGENTS) return costs;
  return { ...costs, [subAgentId]: (before ?? 0) + costUsd };
}
