import { AppendRequest, type ExpectedVersion } from '@claude-codex/contracts/envelope';
import { canonicalJson } from './canonical-json.ts';
import { EventStoreError } from './event-store-error.ts';
import type { SchemaRegistry } from './schema-registry.ts';

/**
 * The largest append, as JSON: it must fit a NATS message (1 MiB by default) with its envelope. Events are facts; large
 * things are stored as blobs and referred to.
 */
export const MAX_APPEND_BYTES = 512 * 1024;

export interface CheckedEvent {
  type: string;
  data: unknown;
  schemaVersion: number;
}

export interface CheckedWrite {
  stream: string;
  expectedVersion: ExpectedVersion;
  events: CheckedEvent[];
}

/** An append that every adapter may write as it stands. `content` tells a repeated command from a misused id. */
export interface CheckedAppend {
  writes: CheckedWrite[];
  content: string;
}

/**
 * NUL and lone surrogates, as JSON writes them: Postgres refuses them in jsonb, and a refusal inside a shared batch
 * would hit other writers too. The lookbehind leaves an escaped backslash before a harmless "u0000" alone.
 */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/** Checks an append before it costs the database anything. Throws `EventStoreError`. */
export function checkedWrites(request: AppendRequest, registry: SchemaRegistry): CheckedAppend {
  const parsed = AppendRequest.safeParse(request);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    throw new EventStoreError('APPEND_INVALID', { problems });
  }
  const { writes, meta } = parsed.data;
  if (new Set(writes.map(({ stream }) => stream)).size < writes.length) {
    throw new EventStoreError('APPEND_INVALID', { problems: [{ path: 'writes', message: 'names a stream twice' }] });
  }
  const content = canonicalJson({ workspaceId: meta.workspaceId, writes });
  if (UNSTORABLE.test(content)) {
    throw new EventStoreError('APPEND_INVALID', {
      problems: [{ path: 'writes', message: 'holds NUL or broken text' }],
    });
  }
  if (content.length > MAX_APPEND_BYTES) {
    throw new EventStoreError('APPEND_TOO_LARGE', { length: content.length, limit: MAX_APPEND_BYTES });
  }
  return {
    content,
    writes: writes.map(({ stream, expectedVersion, events }) => ({
      stream,
      expectedVersion,
      events: events.map((event) => ({ type: event.type, ...registry.accept({ type: event.type, data: event.data }) })),
    })),
  };
}
