import { takeEvent } from '@claude-codex/agent-manager/world/follow-world';
import { RememberingWorld } from '@claude-codex/agent-manager/world/remembering-world.fixture';
import { toStart } from '@claude-codex/agent-manager/world/to-start';
import { World } from '@claude-codex/agent-manager/world/world';
import type { RecordedDomainEvent } from '@claude-codex/contracts';
import type { EventStore } from '@claude-codex/eventing';
import { historiesOf } from '../eventing/fill-log.ts';

/** So many events at the end of the history are measured. */
const MEASURED = 2_000;

export interface Wakes {
  readonly events: number;
  readonly tasks: number;
  readonly living: number;
  /** µs of processor time for one event and everything a manager asks because of it. */
  readonly remembersUs: number;
  readonly forgetsUs: number;
}

/** What an event costs a manager late in a log: the event itself, and what its run and the dispatcher then ask. */
export async function measureWakes(atLeast: number): Promise<Wakes> {
  const events = historiesOf(1, atLeast).map((event, at) => ({ ...event, position: at + 1 })) as RecordedDomainEvent[];
  const [before, last] = [events.slice(0, -MEASURED), events.slice(-MEASURED)];
  const remembering = new RememberingWorld();
  for (const event of before) remembering.apply(event);
  const store = holding(events);
  const world = new World();
  for (const event of before) await takeEvent(store, world, event);
  return {
    events: events.length,
    tasks: remembering.tasks.size,
    living: world.tasks.size,
    remembersUs: await eachUs(last, async (event) => ask(remembering, remembering.apply(event))),
    forgetsUs: await eachUs(last, async (event) => ask(world, await takeEvent(store, world, event))),
  };
}

async function eachUs(events: readonly RecordedDomainEvent[], take: (event: RecordedDomainEvent) => Promise<void>) {
  const before = process.cpuUsage();
  for (const event of events) await take(event);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / events.length;
}

/** As `instance-run.ts`, the dispatcher and the watchdog do. */
function ask(world: World | RememberingWorld, concerned: readonly string[]): void {
  for (const id of concerned) {
    const instance = world.instances.get(id);
    if (instance === undefined) continue;
    world.openPhase(instance);
    world.dependenciesFor(instance);
    world.waitsForPerson(id);
    world.stepFacts(instance.state.taskId, () => null);
  }
  if (concerned.length > 0) toStart(world);
}

function holding(events: readonly RecordedDomainEvent[]): Pick<EventStore, 'readStream'> {
  const streams = Map.groupBy(events, ({ stream }) => stream);
  return {
    readStream: async (stream, { fromVersion = 1, limit = events.length } = {}) =>
      (streams.get(stream) ?? []).slice(fromVersion - 1, fromVersion - 1 + limit) as never,
  };
}
