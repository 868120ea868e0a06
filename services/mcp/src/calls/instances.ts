import type { RecordedEvent } from '@claude-codex/contracts';
import type { KnownInstance } from '@claude-codex/domain';
import { evolveInstance, initialInstance, isInstanceEnded } from '@claude-codex/domain';
import { type CommandMeta, createStreamCache, type EventStore } from '@claude-codex/eventing';
import { type InstanceIdentity, systemClock } from '@claude-codex/service-kit';

/** An instance that may call tools, and in whose name its commands are recorded. */
export interface LiveInstance {
  state: KnownInstance;
  meta: CommandMeta;
  /** Position of its first event: nothing of it is earlier in the log. */
  since: number;
}

export interface Instances {
  /** Null when the token's instance is unknown, has ended, or goes on under a newer epoch: the token is dead. */
  live(identity: InstanceIdentity): Promise<LiveInstance | null>;
}

/** Instances are asked about at every call; only what is new on their stream is read then. */
export function createInstances(store: EventStore): Instances {
  const cache = createStreamCache({
    store,
    clock: systemClock,
    category: 'instance',
    initialState: initialInstance,
    evolve: evolveInstance,
  });

  async function live(identity: InstanceIdentity): Promise<LiveInstance | null> {
    const { state, first } = await cache.get(identity.instanceId);
    if (state.status === 'none' || first === null || isInstanceEnded(state)) return null;
    if (state.epoch !== identity.epoch || state.taskId !== identity.taskId) return null;
    if (first.meta.workspaceId !== identity.workspaceId) return null;
    return { state, meta: metaOf(identity, first), since: first.position };
  }

  return { live };
}

/** What an agent does follows from what queued it, and happens on behalf of the person behind that. */
function metaOf({ instanceId, workspaceId }: InstanceIdentity, { eventId, meta }: RecordedEvent): CommandMeta {
  return {
    actor: { kind: 'instance', id: instanceId },
    causedBy: meta.actor.kind === 'person' ? meta.actor.id : meta.causedBy,
    correlationId: meta.correlationId,
    causationId: eventId,
    workspaceId,
  };
}
