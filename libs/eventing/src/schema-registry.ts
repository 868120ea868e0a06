import type { NewEvent, RecordedEvent } from '@claude-codex/contracts/envelope';
import type { EventTypeDefinition, RecordedDomainEvent } from '@claude-codex/contracts/events';
import { EventStoreError } from './event-store-error.ts';

export type EventTypes = Readonly<Record<string, EventTypeDefinition>>;

/** What may enter the log, and how old entries are read. */
export interface SchemaRegistry {
  /** The validated data and the version it is stored under. Throws EVENT_TYPE_UNKNOWN or EVENT_DATA_INVALID. */
  accept(event: NewEvent): { data: unknown; schemaVersion: number };
  /**
   * The event as today's code knows it: under its name of today, lifted to the newest version and validated. Throws
   * EVENT_TYPE_UNKNOWN or EVENT_VERSION_UNKNOWN for what a newer release wrote: guessing at it would corrupt a read model.
   */
  upcast(event: RecordedEvent): RecordedDomainEvent;
}

export function createSchemaRegistry(types: EventTypes): SchemaRegistry {
  for (const [type, { version, upcasters }] of Object.entries(types)) {
    if (upcasters.length !== version - 1) throw new Error(`${type}: version ${version} needs ${version - 1} upcasters`);
  }
  const former = formerNames(types);

  function definitionOf(type: string): EventTypeDefinition {
    const definition = Object.hasOwn(types, type) ? types[type] : undefined;
    if (definition === undefined) throw new EventStoreError('EVENT_TYPE_UNKNOWN', { type });
    return definition;
  }

  function accept({ type, data }: NewEvent): { data: unknown; schemaVersion: number } {
    const { version, schema } = definitionOf(type);
    return { data: validated(type, schema, data), schemaVersion: version };
  }

  function upcast(event: RecordedEvent): RecordedDomainEvent {
    const renamed = former.get(event.type);
    const type = renamed?.type ?? event.type;
    const { version, schema, upcasters } = definitionOf(type);
    const newest = renamed?.last ?? version;
    if (event.schemaVersion > newest) {
      const { type: stored, schemaVersion } = event;
      throw new EventStoreError('EVENT_VERSION_UNKNOWN', { type: stored, schemaVersion, known: newest });
    }
    if (event.schemaVersion === version) return known(event);
    const lifted = upcasters.slice(event.schemaVersion - 1).reduce((data, lift) => lift(data), event.data);
    return known({ ...event, type, schemaVersion: version, data: validated(type, schema, lifted) });
  }

  return { accept, upcast };
}

/** Which type has taken over from each name of earlier releases. A name is never given again: it would mean two things. */
function formerNames(types: EventTypes): ReadonlyMap<string, { type: string; last: number }> {
  const names = new Map<string, { type: string; last: number }>();
  for (const [type, { version, formerly = [] }] of Object.entries(types)) {
    for (const { name, last } of formerly) {
      if (Object.hasOwn(types, name) || names.has(name)) throw new Error(`${name}: two types have this name`);
      if (last >= version) throw new Error(`${type}: version ${last} cannot have both names`);
      names.set(name, { type, last });
    }
  }
  return names;
}

/** Of a type that has a definition, in the version of today: the compiler may know it by its type. */
function known(event: RecordedEvent): RecordedDomainEvent {
  return event as RecordedDomainEvent;
}

function validated(type: string, schema: EventTypeDefinition['schema'], data: unknown): unknown {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new EventStoreError('EVENT_DATA_INVALID', { type, problems });
}

/** Accepts every type at version 1: for tests of code that does not care which events there are. */
export const anyEvent: SchemaRegistry = {
  accept: ({ data }) => ({ data, schemaVersion: 1 }),
  upcast: known,
};
