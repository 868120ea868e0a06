import { EVENT_TYPES, type EventType, type RecordedDomainEvent } from '@claude-codex/contracts';
import { nextStep } from '@claude-codex/domain';
import { isTaskRelated } from '@claude-codex/domain/task-events/task-related';
import { generateFlow, seededChooser } from '@claude-codex/testing/flow-generator';
import { describe, expect, it } from 'vitest';
import { World } from '../world/world.ts';

const HISTORIES = 200;
const STEPS = 300;

/** What is wrong with a history: every moment at which nobody goes on with a task. */
function stuckIn(events: readonly RecordedDomainEvent[]) {
  const world = new World();
  let states = 0;
  const stuck: { at: string; why: string }[] = [];
  for (const event of events) {
    world.apply(event);
    for (const taskId of world.progress.ids()) {
      const facts = world.stepFacts(taskId, () => null);
      if (facts === null) continue;
      states += 1;
      const step = nextStep(facts);
      if (step.kind === 'none') stuck.push({ at: `${event.position} ${event.type}`, why: step.why });
    }
  }
  return { states, stuck };
}

describe('whatever happens to a task', () => {
  it(`somebody or something goes on with it, by name, at every moment of ${HISTORIES} random histories`, () => {
    const seen = new Set<string>();
    let states = 0;
    for (let seed = 1; seed <= HISTORIES; seed += 1) {
      const events = generateFlow(STEPS, seededChooser(seed)) as RecordedDomainEvent[];
      for (const { type } of events) seen.add(type);
      const found = stuckIn(events);
      expect({ seed, stuck: found.stuck }).toEqual({ seed, stuck: [] });
      states += found.states;
    }
    expect(states).toBeGreaterThan(20_000);
    // An event that no history holds says nothing about where it leads: a new one needs a step in libs/testing/src/flow.
    const types = (Object.keys(EVENT_TYPES) as EventType[]).filter((type) =>
      isTaskRelated({ type } as RecordedDomainEvent),
    );
    expect(types.filter((type) => !seen.has(type))).toEqual([]);
  });
});
