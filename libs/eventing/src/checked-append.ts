import { AppendRequest, type ExpectedVersion } from '@claude-codex/contracts/envelope';
import { categoryOfType } from '@claude-codex/contracts/events';
import { cleanTexts, isCleanText } from '@claude-codex/contracts/text';
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

/** Checks an append before it costs the database anything. Throws `EventStoreError`. */
export function checkedWrites(request: AppendRequest, registry: SchemaRegistry): CheckedAppend {
  const parsed = AppendRequest.safeParse(request);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    throw new EventStoreError('APPEND_INVALID', { problems });
  }
  const { writes, meta } = parsed.data;
  checkNames(parsed.data);
  if (new Set(writes.map(({ stream }) => stream)).size < writes.length) {
    throw new EventStoreError('APPEND_INVALID', { problems: [{ path: 'writes', message: 'names a stream twice' }] });
  }
  checkCategories(writes);
  const asked = writes.map(({ stream, expectedVersion, events }) => ({
    stream,
    expectedVersion,
    events: events.map((event) => {
      // A person may write what they like; what an agent or its tools say may hold a credential they came across.
      const said = meta.actor.kind === 'instance' ? maskSecrets(event.data) : event.data;
      return { type: event.type, ...storable(said) };
    }),
  }));
  const content = contentOf(meta.workspaceId, asked);
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

/** NUL and lone surrogates, as JSON writes them. The lookbehind leaves an escaped backslash before a harmless "u0000" alone. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/**
 * Words that Postgres would not take are taken with U+FFFD for what is broken: a refusal would cost the whole event, and
 * one inside a shared batch would hit other writers too. Borders clean what comes in, so hardly anything is left to do.
 */
function storable(data: unknown): { data: unknown; json: string } {
  const json = canonicalJson(data);
  if (!UNSTORABLE.test(json)) return { data, json };
  const clean = cleanTexts(data);
  return { data: clean, json: canonicalJson(clean) };
}

/** Names and ids are ours: one that is broken is a mistake, and another one in its place would name something else. */
function checkNames({ commandId, meta, writes }: AppendRequest): void {
  const { workspaceId, actor, causedBy, correlationId, causationId } = meta;
  const names = { commandId, workspaceId, actor: actor.id, causedBy, correlationId, causationId };
  const streams = writes.map(({ stream }, index) => [`writes.${index}.stream`, stream] as const);
  const broken = [...Object.entries(names), ...streams].filter(([, name]) => name !== null && !isCleanText(name));
  if (broken.length === 0) return;
  const problems = broken.map(([path]) => ({ path, message: 'holds a NUL or half a character' }));
  throw new EventStoreError('APPEND_INVALID', { problems });
}

/** A stream's name says what it holds, and who reads it relies on that. */
function checkCategories(writes: AppendRequest['writes']): void {
  const problems = writes.flatMap(({ stream, events }, at) =>
    events.flatMap(({ type }, index) => {
      const category = categoryOfType(type);
      if (category === null || stream.startsWith(`${category}-`)) return [];
      return [
        {
          path: `writes.${at}.events.${index}.type`,
          message: `${type} belongs on a stream of the category ${category}`,
        },
      ];
    }),
  );
  if (problems.length > 0) throw new EventStoreError('APPEND_INVALID', { problems });
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
