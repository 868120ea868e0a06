import type { RecordedEvent } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts';
import type { InstanceState, KnownInstance } from '@claude-codex/domain';
import { evolveInstance, initialInstance, isInstanceEnded } from '@claude-codex/domain';
import type { CommandMeta, EventStore } from '@claude-codex/eventing';
import type { InstanceIdentity } from '@claude-codex/service-kit';

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

interface Known {
  state: InstanceState;
  version: number;
  first: RecordedEvent | null;
}

/** Instances are asked about at every call; only what is new on their stream is read then. */
const REMEMBERED = 1_000;
const PAGE = 1_000;

export function createInstances(store: EventStore): Instances {
  const known = new Map<string, Known>();

  async function refresh(instanceId: string): Promise<Known> {
    let { state, version, first } = known.get(instanceId) ?? { state: initialInstance, version: 0, first: null };
    for (let more = true; more; ) {
      const stream = streamOf('instance', instanceId);
      const events = await store.readStream(stream, { fromVersion: version + 1, limit: PAGE });
      for (const event of events) state = evolveInstance(state, event);
      version += events.length;
      first ??= events[0] ?? null;
      more = events.length === PAGE;
    }
    return remember(instanceId, { state, version, first });
  }

  /** Two calls may refresh at once; the one that saw more wins. */
  function remember(instanceId: string, fresh: Known): Known {
    const other = known.get(instanceId);
    const newest = other !== undefined && other.version > fresh.version ? other : fresh;
    known.delete(instanceId);
    known.set(instanceId, newest);
    const oldest = known.keys().next().value;
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
    return newest;
  }

  async function live(identity: InstanceIdentity): Promise<LiveInstance | null> {
    const { state, first } = await refresh(identity.instanceId);
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
