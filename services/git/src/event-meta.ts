import type { RecordedEvent } from '@claude-codex/contracts';
import type { CommandMeta } from '@claude-codex/eventing';

/** Who acts when this service does what an event asks for: the service, on behalf of the person behind the event. */
export function metaFollowingEvent({ eventId, meta }: RecordedEvent): CommandMeta {
  const { actor, causedBy, correlationId, workspaceId } = meta;
  return {
    actor: { kind: 'system', id: 'git' },
    causedBy: causedBy ?? (actor.kind === 'person' ? actor.id : null),
    correlationId,
    causationId: eventId,
    workspaceId,
  };
}
