import type { EventData, EventType, RecordedEvent, TaskView } from '@claude-codex/contracts';

export type EventOf<T extends EventType> = RecordedEvent<T, EventData<T>>;

/** For every event of an aggregate, what it changes about the task. A forgotten event does not compile. */
export type Facts<T extends EventType> = { readonly [K in T]: (view: TaskView, event: EventOf<K>) => TaskView };

/** `items` with the one of this id changed; the same array when there is none, so that "nothing changed" shows. */
export function changeById<Item extends { id: string }>(items: Item[], id: string, change: Partial<Item>): Item[] {
  return items.some((item) => item.id === id)
    ? items.map((item) => (item.id === id ? { ...item, ...change } : item))
    : items;
}

/** `items` with this one at the end, in place of an older one of the same id. */
export function putById<Item extends { id: string }>(items: readonly Item[], item: Item): Item[] {
  return [...items.filter(({ id }) => id !== item.id), item];
}

/** The person who did it or on whose behalf it was done; null when nobody asked for it. */
export function personOf({ meta }: RecordedEvent): string | null {
  return meta.actor.kind === 'person' ? meta.actor.id : meta.causedBy;
}
