import { createHash } from 'node:crypto';
import type { RecordedEvent } from '@claude-codex/contracts/envelope';
import { canonicalJson } from '@claude-codex/eventing';

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** SHA-256 (hex) over what an event says: its type, data and meta. The store adds its place and time to it. */
export function contentHash(event: Pick<RecordedEvent, 'type' | 'schemaVersion' | 'data' | 'meta'>): string {
  const { type, schemaVersion, data, meta } = event;
  return sha256(canonicalJson({ type, schemaVersion, data, meta }));
}

/**
 * The link an event as stored (not upcast) must have after `before`, the hash of the previous event of the same
 * workspace ('' for the first). es.chain_step computes the same: changing either breaks every audit.
 */
export function linkHash(before: string, event: RecordedEvent): string {
  const { position, stream, version, eventId, at } = event;
  const place = [position, stream, version, eventId, at, contentHash(event)].join('|');
  return createHash('sha256').update(Buffer.from(before, 'hex')).update(place).digest('hex');
}
