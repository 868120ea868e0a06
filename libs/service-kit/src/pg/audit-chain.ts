import { hash } from 'node:crypto';
import type { RecordedEvent } from '@claude-codex/contracts/envelope';
import { canonicalJson } from '@claude-codex/eventing';

export function sha256(text: string): string {
  return hash('sha256', text);
}

/** SHA-256 (hex) over what an event says: its type, data and meta. The store adds its place and time to it. */
export function contentHash(event: Pick<RecordedEvent, 'type' | 'schemaVersion' | 'data' | 'meta'>): string {
  return contentHashOf(event, canonicalJson(event.data), canonicalJson(event.meta));
}

/** The same for a writer that has the canonical JSON of data and meta at hand. */
export function contentHashOf(
  { type, schemaVersion }: Pick<RecordedEvent, 'type' | 'schemaVersion'>,
  data: string,
  meta: string,
): string {
  return sha256(`{"data":${data},"meta":${meta},"schemaVersion":${schemaVersion},"type":${JSON.stringify(type)}}`);
}

/**
 * The link an event as stored (not upcast) must have after `before`, the hash of the previous event of the same
 * workspace ('' for the first). es.append_batch computes the same: changing either breaks every audit.
 */
export function linkHash(before: string, event: RecordedEvent): string {
  const { position, stream, version, eventId, at } = event;
  const place = [position, stream, version, eventId, at, contentHash(event)].join('|');
  return hash('sha256', Buffer.concat([Buffer.from(before, 'hex'), Buffer.from(place)]));
}
