import type { AppendResult } from '@claude-codex/contracts/envelope';
import { AppendResult as AppendResultSchema, Position } from '@claude-codex/contracts/envelope';
import { z } from 'zod';
import type { AppendItem } from './append-item.ts';

const COLUMNS = 23;
/** Between JSON texts. A control character, which JSON always escapes. */
const SEPARATOR = '\u001e';

/** Named, so that the server parses and plans the call once per connection. */
export const APPEND_BATCH = {
  name: 'append-batch',
  text: `select es.append_batch(${Array.from({ length: COLUMNS }, (_, index) => `$${index + 1}`).join(', ')}) as answer`,
};

const Answer = z.object({
  firsts: z.array(Position.nullable()),
  versions: z.array(Position.nullable()),
  others: z.record(z.string(), AppendResultSchema).nullable(),
});

/** The parameters of es.append_batch, in its order. Arrays as Postgres writes them, which costs less than the driver's. */
export function batchColumns(items: readonly AppendItem[]): string[] {
  const workspaces = new Index();
  const streams = new Index();
  const itemWorkspaces = items.map(({ workspaceId }) => workspaces.of(workspaceId));
  const writes = items.flatMap((item) => item.writes);
  const writeStreams = writes.map(({ stream }) => streams.of(stream));
  const places = placesOf(items);
  const events = writes.flatMap((write) => write.events);
  return [
    texts(workspaces.names()),
    texts(streams.names()),
    texts(items.map(({ commandId }) => commandId)),
    plain(items.map(({ requestHash }) => requestHash)),
    texts(items.map(({ actor }) => actor)),
    texts(items.map(({ causedBy }) => causedBy)),
    texts(items.map(({ correlationId }) => correlationId)),
    texts(items.map(({ causationId }) => causationId)),
    plain(itemWorkspaces),
    plain(items.map((item) => item.writes.length)),
    plain(items.map(eventsOf)),
    plain(writeStreams),
    plain(writes.map(({ expectedVersion }) => expectedVersion ?? 'NULL')),
    plain(writes.map((write) => write.events.length)),
    plain(places.map(({ item }) => item)),
    plain(places.map(({ write }) => write)),
    plain(places.map(({ offset }) => offset)),
    plain(places.map(({ rest }) => rest)),
    plain(events.map(({ eventId }) => eventId)),
    texts(events.map(({ type }) => type)),
    plain(events.map(({ schemaVersion }) => schemaVersion)),
    events.map(({ data }) => data).join(SEPARATOR),
    plain(events.map(({ contentHash }) => contentHash)),
  ];
}

/** Per event: its item and write (from 1), how many events of its item come before it, and of its write after it. */
function placesOf(items: readonly AppendItem[]): { item: number; write: number; offset: number; rest: number }[] {
  let write = 0;
  return items.flatMap(({ writes }, index) => {
    let offset = 0;
    return writes.flatMap(({ events }) => {
      write += 1;
      return events.map((_, nth) => {
        offset += 1;
        return { item: index + 1, write, offset: offset - 1, rest: events.length - 1 - nth };
      });
    });
  });
}

function eventsOf({ writes }: AppendItem): number {
  return writes.reduce((sum, { events }) => sum + events.length, 0);
}

/** One result per item, in order. Throws when the answer does not have the agreed shape. */
export function batchResults(items: readonly AppendItem[], answer: unknown): AppendResult[] {
  const { firsts, versions, others } = Answer.parse(answer);
  let write = 0;
  return items.map((item, index) => {
    const from = write;
    write += item.writes.length;
    const first = firsts[index] ?? null;
    if (first === null) {
      const other = others?.[index];
      if (other === undefined) throw new Error(`es.append_batch gave no outcome for item ${index}`);
      return other;
    }
    return {
      status: 'appended',
      duplicate: false,
      firstPosition: first,
      lastPosition: first + eventsOf(item) - 1,
      versions: Object.fromEntries(item.writes.map(({ stream }, nth) => [stream, versions[from + nth] ?? 0])),
    };
  });
}

/** Numbers names from 1 in the order they are first seen. */
class Index {
  readonly #numbers = new Map<string, number>();

  of(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.#numbers.size + 1);
    return this.#numbers.size;
  }

  names(): string[] {
    return [...this.#numbers.keys()];
  }
}

/** An array literal of values that need no quotes: numbers, hex, identifiers of our own. */
function plain(values: readonly (string | number)[]): string {
  return `{${values.join(',')}}`;
}

const NEEDS_ESCAPE = /["\\]/;

function texts(values: readonly (string | null)[]): string {
  return `{${values.map(quoted).join(',')}}`;
}

function quoted(value: string | null): string {
  if (value === null) return 'NULL';
  return NEEDS_ESCAPE.test(value) ? `"${value.replaceAll(/["\\]/g, '\\$&')}"` : `"${value}"`;
}
