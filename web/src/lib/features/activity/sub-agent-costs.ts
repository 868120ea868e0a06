import type { InstanceView } from '@claude-codex/contracts';

/** What sub-agents cost, each given out once: one that is woken again by another call stands where it first began. */
export class SubAgentCosts {
  readonly #byAgent: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly #taken = new Set<string>();

  constructor(instances: readonly Pick<InstanceView, 'id' | 'usage'>[]) {
    this.#byAgent = new Map(instances.map(({ id, usage }) => [id, new Map(Object.entries(usage.subAgents ?? {}))]));
  }

  /** Dollars; null when it was given out before, or nothing was counted for it. */
  takeOf(instanceId: string, subAgentId: string): number | null {
    const key = `${instanceId}.${subAgentId}`;
    if (this.#taken.has(key)) return null;
    this.#taken.add(key);
    return this.#byAgent.get(instanceId)?.get(subAgentId) ?? null;
  }
}
