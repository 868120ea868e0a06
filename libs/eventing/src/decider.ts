import type { EventMeta, NewEvent } from '@claude-codex/contracts/envelope';

/** An event as `evolve` sees it: `at` and `meta` are there once the store has recorded it. */
export type Seen<Event> = Event & { readonly at?: string; readonly meta?: Pick<EventMeta, 'actor' | 'causedBy'> };

/** An aggregate: what it is (`initialState`, `evolve`) and what it allows (`decide`). Pure. */
export interface Decider<State, Command, Event extends NewEvent> {
  readonly initialState: State;
  evolve(state: State, event: Seen<Event>): State;
  /** The events that follow from the command; none when it changes nothing. Throws `DomainError` to refuse. */
  decide(command: Command, state: State): Event[];
  /**
   * There when its streams may grow long: their state, which must be plain JSON, is kept from time to time.
   * `schemaVersion` is raised by whoever changes what `evolve` makes of the same events; older snapshots are then ignored.
   */
  readonly snapshot?: { readonly schemaVersion: number };
}

/** The state after `events`. */
export function fold<State, Event extends NewEvent>(
  { initialState, evolve }: Pick<Decider<State, never, Event>, 'initialState' | 'evolve'>,
  events: readonly Seen<Event>[],
): State {
  return events.reduce<State>((state, event) => evolve(state, event), initialState);
}

/**
 * The default branch of an `evolve`: takes `never`, so an event without a case fails the compiler, while one written
 * by a newer version leaves the state as it is.
 */
export function skipUnknown<State>(_event: never, state: State): State {
  return state;
}
