import { nextStep, type SignOfLife, STALLED_MS, whyStuck } from '@claude-codex/domain';
import type { Log } from '@claude-codex/eventing';
import type { Fleet } from '../instances/fleet.ts';
import { holdBack } from './hold-back.ts';
import type { HoldingBack } from './ports.ts';

/**
 * I10: every task that is not over has somebody or something, by name, that goes on with it. Compares what the log and the
 * running agents say with the rules of `nextStep`; what has had no next step for two minutes becomes an attention item.
 */
export function createWatchdog(
  parts: HoldingBack & { readonly log: Log },
  fleet: Pick<Fleet, 'run'>,
): { look(): Promise<void> } {
  const { world, clock, log } = parts;
  // Nobody could go on with anything while no manager ran.
  const startedAt = clock.now();
  const stuckSince = new Map<string, number>();

  /** Only the manager that runs an agent knows whether it is at work. */
  function signOf(instanceId: string): SignOfLife | null {
    const run = fleet.run(instanceId);
    return run?.begun() === true ? run.sign() : null;
  }

  async function lookAt(taskId: string): Promise<void> {
    const facts = world.stepFacts(taskId, signOf);
    const now = clock.now();
    const why =
      facts === null ? null : whyStuck(nextStep({ ...facts, movedAt: Math.max(facts.movedAt, startedAt) }), now);
    if (why === null) {
      stuckSince.delete(taskId);
      return;
    }
    const since = stuckSince.get(taskId) ?? now;
    stuckSince.set(taskId, since);
    // What is overdue has been waited for; anything else may be between two steps this very moment.
    if (now - since < STALLED_MS) return;
    log.error({ taskId, why }, 'nobody goes on with a task');
    await holdBack(parts, taskId, {
      cause: 'no_next_step',
      detail: `nobody goes on with it. ${why}`,
      needsPerson: true,
    });
  }

  return {
    async look() {
      for (const taskId of world.progress.ids()) await lookAt(taskId);
    },
  };
}
