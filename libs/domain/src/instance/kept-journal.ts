import { systemActor } from '@claude-codex/contracts/envelope';
import type { EventData } from '@claude-codex/contracts/events';
import { streamOf } from '@claude-codex/contracts/ids';
import { type EventStore, handleCommand } from '@claude-codex/eventing';
import { instanceDecider } from './decide.ts';

type Piece = EventData<'JournalKept'>;

/** Which pieces of instances' journals were put away, as the log says it. */
export function journalPieces(store: EventStore) {
  const read = (instanceId: string) => store.readStream(streamOf('instance', instanceId));

  async function list(instanceId: string): Promise<Piece[]> {
    return (await read(instanceId)).flatMap((event) => (event.type === 'JournalKept' ? [event.data] : []));
  }

  async function add(instanceId: string, { epoch, fromSeq, toSeq, blobId }: Piece): Promise<void> {
    const newest = (await read(instanceId)).at(-1);
    if (newest === undefined) throw new Error(`the log knows no instance ${instanceId}`);
    const { causedBy, correlationId, workspaceId } = newest.meta;
    const actor = systemActor('agent-manager');
    await handleCommand(store, {
      commandId: `journal-kept:${instanceId}:${epoch}:${fromSeq}:${toSeq}`,
      meta: { actor, causedBy, correlationId, causationId: newest.eventId, workspaceId },
      stream: streamOf('instance', instanceId),
      decider: instanceDecider,
      command: { type: 'KeepJournal', epoch, fromSeq, toSeq, blobId },
    });
  }

  return { list, add };
}
