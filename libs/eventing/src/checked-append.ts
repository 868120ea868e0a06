import { AppendRequest, type ExpectedVersion } from '@claude-codex/contracts/envelope';
import { canonicalJson } from './canonical-json.ts';
import { EventStoreError } from './event-store-error.ts';
import type { SchemaRegistry } from './schema-registry.ts';
import { maskSecrets } from './secret-scanner.ts';

/**
 * The largest append, as JSON: it must fit a NATS message (1 MiB by default) with its envelope. Events are facts; large
 * things are stored as blobs and referred to.
 */
export const MAX_APPEND_BYTES = 512 * 1024;

export interface CheckedEvent {
  type: string;
  data: unknown;
  schemaVersion: number;
  /** `data` as canonical JSON. */
  json: string;
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
  const asked = writes.map(({ stream, expectedVersion, events }) => ({
    stream,
    expectedVersion,
    events: events.map((event) => {
      // A person may write what they like; what an agent or its tools say may hold a credential they came across.
      const data = meta.actor.kind === 'instance' ? maskSecrets(event.data) : event.data;
      return { type: event.type, data, json: canonicalJson(data) };
    }),
  }));
  const content = contentOf(meta.workspaceId, asked);
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
    writes: asked.map(({ stream, expectedVersion, events }) => ({
      stream,
      expectedVersion,
      events: events.map((event) => accepted(event, registry)),
    })),
  };
}

interface Asked {
  type: string;
  data: unknown;
  json: string;
}

/** What was asked for, as text that is equal exactly when two requests are. */
function contentOf(
  workspaceId: string,
  writes: readonly { stream: string; expectedVersion: ExpectedVersion; events: readonly Asked[] }[],
): string {
  const parts = writes.map(
    ({ stream, expectedVersion, events }) =>
      `${JSON.stringify([stream, expectedVersion])}[${events.map(({ type, json }) => `${JSON.stringify(type)}:${json}`).join(',')}]`,
  );
  return `${JSON.stringify(workspaceId)} ${parts.join(' ')}`;
}

function accepted({ type, data, json }: Asked, registry: SchemaRegistry): CheckedEvent {
  const valid = registry.accept({ type, data });
  return { type, ...valid, json: valid.data === data ? json : canonicalJson(valid.data) };
}
