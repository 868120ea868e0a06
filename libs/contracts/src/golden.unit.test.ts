import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RecordedEventSchema } from './envelope.ts';
import { nameAt, todaysName } from './event-names.ts';
import { EVENT_TYPES, type EventType } from './events.ts';

const FOLDER = new URL('../golden/', import.meta.url);
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

/** What was stored once is read for ever. A red test here asks for an upcaster, never for another sample. */
describe('a stored event is still read', () => {
  it.each(files)('%s', (file) => {
    const stored = RecordedEventSchema.parse(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')));
    expect(file).toBe(`${stored.type}.v${stored.schemaVersion}.json`);
    const type = todaysName(stored.type);
    if (type === null) throw new Error(`${stored.type} is the name of no type`);
    const { schema, upcasters } = EVENT_TYPES[type];
    const lifted = upcasters.slice(stored.schemaVersion - 1).reduce((data, lift) => lift(data), stored.data);
    // Equal, not just accepted: a field the schema no longer knows would silently be dropped.
    expect(schema.parse(lifted)).toEqual(lifted);
  });
});

it('there is a sample of every type and version', () => {
  const wanted = Object.entries(EVENT_TYPES).flatMap(([type, { version }]) =>
    Array.from({ length: version }, (_, index) => `${nameAt(type as EventType, index + 1)}.v${index + 1}.json`),
  );
  expect(files.toSorted()).toEqual(wanted.toSorted());
});
