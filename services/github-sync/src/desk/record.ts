import type { NewEvent, RecordedDomainEvent } from '@claude-codex/contracts';
import { type Decider, DomainError, type EventStore, handleCommand } from '@claude-codex/eventing';
import { metaFollowing } from '@claude-codex/forges/carry-out';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { Logger } from '@claude-codex/service-kit/log';

export interface Target<State, Command, Event extends NewEvent> {
  readonly stream: string;
  readonly decider: Decider<State, Command, Event>;
  readonly command: Command & { readonly type: string };
  /** Who did it at the forge, as somebody is called here; absent: whoever began what it follows from. */
  readonly by?: string | null;
}

/**
 * Writes down what was learned or done at the forge, as what follows from the newest event of its pull request or thread: twice the
 * same after the same event is one. What no longer applies is left.
 */
export async function record<State, Command, Event extends NewEvent>(
  { store, log }: { store: EventStore; log: Logger },
  after: RecordedDomainEvent,
  { stream, decider, command, by }: Target<State, Command, Event>,
): Promise<void> {
  const commandId = idFrom('github-sync', after.eventId, stream, JSON.stringify(command));
  try {
    const meta = metaFollowing(after, 'github-sync');
    const causedBy = by === undefined ? meta.causedBy : by;
    await handleCommand(store, { commandId, meta: { ...meta, causedBy }, stream, decider, command });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    log.info({ stream, command: command.type, code: error.code }, 'what happened at the forge no longer applies');
  }
}
