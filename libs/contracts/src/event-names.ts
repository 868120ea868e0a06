import { EVENT_TYPES, type EventType, type EventTypeDefinition } from './events.ts';

const DEFINITIONS: Readonly<Record<EventType, EventTypeDefinition>> = EVENT_TYPES;

const TODAY: ReadonlyMap<string, EventType> = new Map(
  (Object.keys(DEFINITIONS) as EventType[]).flatMap((type) => storedNames(type).map((name) => [name, type] as const)),
);

/**
 * Every name these types may have in the log. Whoever filters stored events by type, in SQL or by subject, asks for
 * these; events that the store gave are upcast and have the names of today.
 */
export function storedNames(...types: readonly EventType[]): string[] {
  return types.flatMap((type) => [type, ...(DEFINITIONS[type].formerly ?? []).map(({ name }) => name)]);
}

/** What the type of a stored event is called today; null for one that is not ours. */
export function todaysName(stored: string): EventType | null {
  return TODAY.get(stored) ?? null;
}

/** The name a type had when this was its newest version. */
export function nameAt(type: EventType, version: number): string {
  return (DEFINITIONS[type].formerly ?? []).find(({ last }) => version <= last)?.name ?? type;
}
