import { EVENT_TYPES } from '@claude-codex/contracts';
import { nextStep } from '@claude-codex/domain';
import { createSchemaRegistry } from '@claude-codex/eventing';
import type { Finding } from '@claude-codex/service-kit/pg/audit/finding';
import { readEventRows } from '@claude-codex/service-kit/pg/event-rows';
import type { PoolClient } from '@claude-codex/service-kit/pg/pool';
import { World } from '../../services/agent-manager/src/world/world.ts';

const PAGE = 2_000;
const SHOWN = 5;

/**
 * I10: folds the log as the agent manager does and asks for the next step of every task that is not over. What the log
 * alone cannot show (an agent that fell silent, a step that is overdue) the watchdog of a running manager finds and says in
 * the log, so it is listed here too. Runs in a repeatable-read transaction of the caller.
 */
export async function checkNextSteps(client: Pick<PoolClient, 'query'>): Promise<Finding> {
  const world = new World();
  const { upcast } = createSchemaRegistry(EVENT_TYPES);
  const { rows } = await client.query<{ base: number }>('select base_position as base from es.log_identity');
  for (let after = Number(rows[0]?.base ?? 0); ; after = world.position) {
    const events = await readEventRows(client, after, PAGE);
    for (const event of events) world.apply(upcast(event));
    if (events.length < PAGE) break;
  }
  const ids = world.progress.ids();
  const stuck = ids.flatMap((taskId) => {
    const why = whyStuck(world, taskId);
    return why === null ? [] : [`task ${world.tasks.get(taskId)?.number ?? taskId}: ${why}`];
  });
  const more = stuck.length > SHOWN ? `; ${stuck.length - SHOWN} more` : '';
  return {
    id: 'I10',
    title: 'every task has somebody or something that goes on with it',
    ok: stuck.length === 0,
    detail: stuck.length === 0 ? `${ids.length} tasks that are not over` : `${stuck.slice(0, SHOWN).join('; ')}${more}`,
  };
}

function whyStuck(world: World, taskId: string): string | null {
  const facts = world.stepFacts(taskId, () => null);
  if (facts === null) return null;
  if (facts.heldBack?.cause === 'no_next_step') return facts.heldBack.detail;
  const step = nextStep(facts);
  return step.kind === 'none' ? step.why : null;
}
