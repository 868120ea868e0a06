import type { EgressOpen, RecordedDomainEvent } from '@claude-codex/contracts';
import { categoryOf, idOf, streamOf } from '@claude-codex/contracts';
import type { EventStore } from '@claude-codex/eventing';
import { followLog, readWholeStream } from '@claude-codex/eventing';
import type { Logger } from '@claude-codex/service-kit';
import { systemClock } from '@claude-codex/service-kit';
import type { Doors } from '../doors/doors.ts';

const ENDS = new Set(['InstanceCompleted', 'InstanceFailed', 'InstanceStopped']);

/** Whether what is behind the door is over: its instance ended, or goes on in a newer epoch, maybe on another host. */
function isOver({ epoch }: EgressOpen, event: RecordedDomainEvent): boolean {
  return ENDS.has(event.type) || (event.type === 'InstanceStarting' && event.data.epoch > epoch);
}

/**
 * Closes the doors of what is over, whether or not a manager is there to ask for it: a container that outlives its
 * instance, or its host's manager, must not go on using the model. Returns a function that stops the watching.
 */
export function closeDoorsAtEnd(options: {
  store: EventStore;
  doors: Pick<Doors, 'list' | 'close'>;
  log: Logger;
  graceMs: number;
}): () => void {
  const { store, doors, log, graceMs } = options;
  const stopping = new AbortController();

  /** Doors that were open before this process came may belong to instances that ended in between. */
  async function catchUp(): Promise<number> {
    const { position } = await store.head();
    for (const door of doors.list()) {
      const history = await readWholeStream(store, streamOf('instance', door.instanceId));
      if (history.some((event) => isOver(door, event))) closeSoon(door);
    }
    return position;
  }

  function notice(event: RecordedDomainEvent): void {
    if (categoryOf(event.stream) !== 'instance') return;
    const door = doors.list().find(({ instanceId }) => instanceId === idOf(event.stream));
    if (door !== undefined && isOver(door, event)) closeSoon(door);
  }

  function closeSoon({ instanceId, epoch }: EgressOpen): void {
    void systemClock.sleep(graceMs, stopping.signal).then(async () => {
      if (stopping.signal.aborted) return;
      await doors.close({ instanceId, epoch }).catch((error: unknown) => {
        log.error({ err: error, instanceId, epoch }, 'the door of an ended instance could not be closed');
      });
    });
  }

  const followed = followLog({
    store,
    clock: systemClock,
    log,
    after: catchUp,
    take: (events) => {
      for (const event of events) notice(event);
    },
  });
  return () => {
    stopping.abort();
    void followed.stop();
  };
}
