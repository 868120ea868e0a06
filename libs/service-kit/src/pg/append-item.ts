import type { AppendRequest } from '@claude-codex/contracts/envelope';
import { checkedWrites, type SchemaRegistry } from '@claude-codex/eventing';
import { newId } from '../ids.ts';
import { contentHash, sha256 } from './audit-chain.ts';

/** One item of es.append_batch as JSON text, with every check done that could make the database refuse a batch. */
export function appendItem(request: AppendRequest, registry: SchemaRegistry): string {
  const { writes, content } = checkedWrites(request, registry);
  const { commandId, meta } = request;
  const { workspaceId, actor, causedBy, correlationId, causationId } = meta;
  const stamped = { actor, causedBy, correlationId, causationId, commandId, workspaceId };
  return JSON.stringify({
    ...stamped,
    requestHash: sha256(content),
    writes: writes.map(({ stream, expectedVersion, events }) => ({
      stream,
      expectedVersion: expectedVersion === 'any' ? null : expectedVersion,
      events: events.map((event) => ({
        ...event,
        eventId: newId(),
        contentHash: contentHash({ ...event, meta: stamped }),
      })),
    })),
  });
}
