import { isBeingCopied } from '@claude-codex/domain';
import type { Log, Wake } from '@claude-codex/eventing';
import { type HeldBy, holdBack } from '../reconcile/hold-back.ts';
import type { HoldingBack, HostsPort } from '../reconcile/ports.ts';
import { mayBeginHere } from '../reconcile/where.ts';
import { type Startable, toStart } from '../world/to-start.ts';
import type { Fleet } from './fleet.ts';
import { type Missing, missingNeed, type Needs } from './needs.ts';
import type { CatchingUp } from './ports.ts';

type Dispatching = HoldingBack & HostsPort & Needs & CatchingUp & { readonly log: Log };

export interface Dispatcher {
  stop(): Promise<void>;
}

/** Nothing else may ring when a wait is over, or when what was away is back. */
const LOOK_MS = 1_000;
/** So long a start may be late before it is worth an event. */
const LATE_MS = 2_000;
/** What is away is asked for so often. */
const ASK_AGAIN_MS = 1_000;

/**
 * Starts what waits for a place, in the order of `toStart`, as far as this manager has room: the log is the queue. Nothing
 * is taken that cannot be begun now, so nothing has to be put back and lose its turn. What cannot begin says why.
 */
export function runDispatcher(
  parts: Dispatching,
  fleet: Pick<Fleet, 'has' | 'place' | 'start'>,
  wake: Pick<Wake, 'ring' | 'wait'>,
): Dispatcher {
  const { clock, log, world, followed } = parts;
  const stopping = new AbortController();
  let missing: Missing | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;

  async function once(): Promise<void> {
    await followed.caughtUp();
    const due = toStart(world).filter(
      ({ instance, dueAt }) => dueAt <= clock.now() && !fleet.has(instance.id) && mayBeginHere(parts, instance),
    );
    await holdAll(due.filter(waitsForCopy), BEING_COPIED);
    const ready = due.filter((startable) => !waitsForCopy(startable));
    for (const [index, { instance }] of ready.entries()) {
      const place = fleet.place();
      if (place === 'elsewhere' || place === 'starting') return;
      const away = await missingNow();
      if (away !== null) return holdAll(ready.slice(index), away);
      if (place !== 'free') return holdAll(ready.slice(index), whyNoPlace(parts, place));
      begin(instance.id);
    }
  }

  function waitsForCopy({ instance }: Startable): boolean {
    const repository = world.repositories.get(instance.state.repositoryId);
    return repository !== undefined && isBeingCopied(repository);
  }

  function begin(instanceId: string): void {
    fleet
      .start(instanceId)
      .catch((error: unknown) => log.warn({ err: error, instanceId }, 'a start was cut short; it goes on later'))
      .finally(() => wake.ring());
  }

  /** While everything was there a moment ago, a start need not ask again. */
  async function missingNow(): Promise<Missing | null> {
    if (clock.now() - askedAt < ASK_AGAIN_MS) return missing;
    missing = await missingNeed(parts);
    askedAt = clock.now();
    return missing;
  }

  async function holdAll(late: readonly Startable[], held: HeldBy): Promise<void> {
    for (const { instance, dueAt } of late) {
      if (clock.now() - Math.max(dueAt, instance.queuedAt) >= LATE_MS)
        await holdBack(parts, instance.state.taskId, held);
    }
  }

  const running = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await once();
      } catch (error) {
        log.warn({ err: error }, 'what waits for a place could not be looked at; will retry');
      }
      await wake.wait(LOOK_MS, stopping.signal);
    }
  })();

  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Of a copy that failed it is no longer said: the start tries it again, and says what is wrong. */
const BEING_COPIED: HeldBy = { cause: 'repository_copying', detail: 'its repository is being copied.' };

/** From the log, so that every manager says it in the same words. */
function whyNoPlace({ world }: Pick<Dispatching, 'world'>, place: 'no_room' | 'places_kept'): HeldBy {
  if (place === 'no_room') return { cause: 'no_room', detail: 'as many agents work as may at once.' };
  const waiting = [...world.instances.values()].filter(
    ({ id, state, handedOver }) => state.status === 'running' && (handedOver || world.waitsForPerson(id)),
  );
  const names = waiting.map(({ state }) => state.name).sort();
  const shown = names.length > NAMED ? [...names.slice(0, NAMED), `${names.length - NAMED} more`] : names;
  const who =
    names.length === 1
      ? '1 agent waits for people and keeps its'
      : `${names.length} agents wait for people and keep their`;
  return { cause: 'places_kept', detail: `${who} place: ${shown.join(', ')}.` };
}

const NAMED = 4;
