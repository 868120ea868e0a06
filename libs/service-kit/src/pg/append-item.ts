import type { AppendRequest } from '@claude-codex/contracts/envelope';
import { canonicalJson, checkedWrites, type SchemaRegistry } from '@claude-codex/eventing';
import { newId } from '../ids.ts';
import { contentHashOf, sha256 } from './audit-chain.ts';

export interface AppendItemEvent {
  eventId: string;
  type: string;
  schemaVersion: number;
  /** JSON text. */
  data: string;
  contentHash: string;
}

/** One item of es.append_batch. */
export interface AppendItem {
  commandId: string;
  requestHash: string;
  workspaceId: string;
  /** JSON text. */
  actor: string;
  causedBy: string | null;
  correlationId: string;
  causationId: string | null;
  writes: { stream: string; expectedVersion: number | null; events: AppendItemEvent[] }[];
  /** About how many characters it takes on the wire. */
  length: number;
}

/** Checks an append in every way that could make the database refuse a batch, and writes out what it stores. */
export function appendItem(request: AppendRequest, registry: SchemaRegistry): AppendItem {
  const { writes, content } = checkedWrites(request, registry);
  const { commandId, meta } = request;
  const { workspaceId, actor, causedBy, correlationId, causationId } = meta;
  const stamped = canonicalJson({ actor, causedBy, correlationId, causationId, commandId, workspaceId });
  return {
    commandId,
    requestHash: sha256(content),
    workspaceId,
    actor: canonicalJson(actor),
    causedBy,
    correlationId,
    causationId,
    length: content.length + stamped.length,
    writes: writes.map(({ stream, expectedVersion, events }) => ({
      stream,
      expectedVersion: expectedVersion === 'any' ? null : expectedVersion,
      events: events.map(({ type, schemaVersion, json }) => ({
        eventId: newId(),
        type,
        schemaVersion,
        data: json,
        contentHash: contentHashOf({ type, schemaVersion }, json, stamped),
      })),
    })),
  };
}
