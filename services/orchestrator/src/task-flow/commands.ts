import { type NewEvent, type RecordedEvent, systemActor } from '@claude-codex/contracts';
import type { Decider } from '@claude-codex/eventing/decider';
import { DomainError } from '@claude-codex/eventing/domain-error';
import type { EventStore } from '@claude-codex/eventing/event-store';
import { type CommandMeta, type Handled, handleCommand } from '@claude-codex/eventing/handle-command';
import type { Log } from '@claude-codex/eventing/log';

const NAME = 'task-flow';

/** Who acts when one event leads to the next: this service, on behalf of the person whose request began it. */
export function metaFollowing(event: RecordedEvent): CommandMeta {
  const { actor, causedBy, correlationId, workspaceId } = event.meta;
  return {
    actor: systemActor('orchestrator'),
    causedBy: causedBy ?? (actor.kind === 'person' ? actor.id : null),
    correlationId,
    causationId: event.eventId,
    workspaceId,
  };
}

/** The same event and step give the same command id, so an event handled twice acts once. */
export function commandIdOf(event: RecordedEvent, step: string): string {
  return `${NAME}:${event.eventId}:${step}`;
}

export interface FollowUp<State, Command, Event extends NewEvent> {
  /** Names the command among those that follow from one event. */
  step: string;
  stream: string;
  decider: Decider<State, Command, Event>;
  command: Command;
}

/**
 * Runs a command that follows from an event. A refusal means that the world has moved on since (the task was
 * cancelled, the instance ended): that is an outcome, not a fault, so it is logged and null is returned.
 */
export async function follow<State, Command, Event extends NewEvent>(
  { store, log }: { store: EventStore; log: Log },
  event: RecordedEvent,
  { step, ...rest }: FollowUp<State, Command, Event>,
): Promise<Handled<State, Event> | null> {
  return unlessRefused(log, event, step, () =>
    handleCommand(store, { ...rest, commandId: commandIdOf(event, step), meta: metaFollowing(event) }),
  );
}

export async function unlessRefused<T>(
  log: Log,
  event: RecordedEvent,
  step: string,
  act: () => Promise<T>,
): Promise<T | null> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    log.info(
      { code: error.code, details: error.details, step, eventType: event.type, position: event.position },
      'step no longer applies',
    );
    return null;
  }
}
