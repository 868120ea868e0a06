import type { RecordedDomainEvent, RecordedEvent } from '@claude-codex/contracts';
import { isEnded, nextStep, whyStuck } from '@claude-codex/domain';
import type { EventStore } from '@claude-codex/eventing';
import { generateFlow, seededChooser } from '@claude-codex/testing/flow-generator';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { takeEvent } from './follow-world.ts';
import { withLateEvents } from './late-events.fixture.ts';
import { RememberingWorld } from './remembering-world.fixture.ts';
import { toStart } from './to-start.ts';
import { World } from './world.ts';

const YEARS_LATER = Date.UTC(2100, 0);

/** A store that holds the whole history from the beginning: what is read of a stream has to be cut where the world is. */
function holding(events: readonly RecordedEvent[]): Pick<EventStore, 'readStream'> {
  const streams = Map.groupBy(events, ({ stream }) => stream);
  return {
    readStream: async (stream, { fromVersion = 1, limit = events.length } = {}) =>
      (streams.get(stream) ?? []).slice(fromVersion - 1, fromVersion - 1 + limit) as never,
  };
}

/** Everything a manager asks of what lives. */
function answers(world: World | RememberingWorld, tasks: readonly string[]) {
  const instances = [...world.instances.values()].map((instance) => ({
    ...instance,
    openPhase: world.openPhase(instance),
    dependencies: world.dependenciesFor(instance),
    waitsForPerson: world.waitsForPerson(instance.id),
    asks: [...world.asks.of(instance.id)].sort(),
    mayAskMore: world.asks.mayAsk(instance.id, 'question-more'),
    repository: world.repositories.get(instance.state.repositoryId),
    priority: world.tasks.get(instance.state.taskId)?.priority,
  }));
  return {
    instances,
    toStart: toStart(world).map(({ instance, dueAt }) => [instance.id, dueAt]),
    tasks: tasks.map((taskId) => [taskId, world.stepFacts(taskId, () => null), progressOf(world, taskId)]),
    exposures: world.exposures,
  };
}

/** Of the reviews, that of the phase under way is among the facts of the next step. */
function progressOf(world: World | RememberingWorld, taskId: string) {
  const progress = world.progress.get(taskId);
  return progress && { ...progress, reviews: null, members: null };
}

/** Tasks that have not ended, or have an agent that has not. */
function living({ tasks, instances }: RememberingWorld): string[] {
  const withAgent = new Set([...instances.values()].map(({ state }) => state.taskId));
  return [...tasks].flatMap(([id, task]) => (isEnded(task) && !withAgent.has(id) ? [] : [id]));
}

/** At every moment; at the position `keepAt` the world goes on from what is kept of it. */
async function compare(events: readonly RecordedDomainEvent[], keepAt: number): Promise<void> {
  const store = holding(events);
  const remembering = new RememberingWorld();
  let world = new World();
  for (const event of events) {
    const [concerned, expected] = [await takeEvent(store, world, event), remembering.apply(event)];
    expect(concerned.filter((id) => world.instances.has(id))).toEqual(expected.filter((id) => world.instances.has(id)));
    if (event.position === keepAt) world = new World(structuredClone(world.kept()));
    const alive = living(remembering);
    expect([...world.tasks.keys()].sort()).toEqual(alive.toSorted());
    const open = alive.filter((id) => !isOver(remembering, id));
    expect(answers(world, open)).toEqual(answers(remembering, open));
  }
  const used = new Set([...world.tasks.values()].map(({ repositoryId }) => repositoryId));
  for (const [id, { status }] of world.repositories) expect(status === 'connected' || used.has(id)).toBe(true);
  for (const taskId of remembering.tasks.keys()) {
    if (world.tasks.has(taskId)) continue;
    const facts = remembering.stepFacts(taskId, () => null);
    expect(facts === null ? null : whyStuck(nextStep(facts), YEARS_LATER)).toBeNull();
  }
}

/** Nothing holds such a task back, whatever its agent still says. */
function isOver({ tasks }: RememberingWorld, taskId: string): boolean {
  const status = tasks.get(taskId)?.status;
  return status === 'completed' || status === 'deleted';
}

it('a world that forgets answers at every moment what one that never does answers', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 300 }), fc.integer(), fc.nat(500), async (steps, seed, keepAt) => {
      const choose = seededChooser(seed);
      await compare(withLateEvents(generateFlow(steps, choose), choose), keepAt);
    }),
    { numRuns: 100 },
  );
}, 60_000);

it('a world holds what lives, however long the log', async () => {
  const events = generateFlow(40_000, seededChooser(3)) as RecordedDomainEvent[];
  const store = holding(events);
  const world = new World();
  const remembering = new RememberingWorld();
  let most = 0;
  for (const event of events) {
    await takeEvent(store, world, event);
    remembering.apply(event);
    most = Math.max(most, world.tasks.size);
  }
  expect(remembering.tasks.size).toBeGreaterThan(20 * most);
  const { dependencies, questions, progress, asks, instances } = world.kept();
  for (const part of [dependencies, questions, progress, asks, instances]) expect(part.size).toBeLessThan(3 * most);
});
