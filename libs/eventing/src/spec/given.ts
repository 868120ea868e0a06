import type { NewEvent } from '@claude-codex/contracts/envelope';
import { type Decider, fold, type Seen } from '../decider.ts';
import { DomainError } from '../domain-error.ts';
import { sameData } from './same-data.ts';

interface Outcome<Event> {
  /** The decision is exactly these events. */
  then(expected: readonly Event[]): void;
  /** Nothing changes. */
  thenNothing(): void;
  /** The decision is a refusal with this code; `details` must be among its details. */
  refusedWith(code: string, details?: Record<string, unknown>): void;
}

interface Given<State, Command, Event> {
  when(decision: Command | ((state: State) => Event[])): Outcome<Event>;
  /** The state after the given events. */
  thenState(check: (state: State) => void): void;
}

/** Given events, when a command, then events or a refusal: `const given = specFor(decider)`. Needs no test framework. */
export function specFor<State, Command, Event extends NewEvent>(decider: Decider<State, Command, Event>) {
  return function given(history: readonly Seen<Event>[]): Given<State, Command, Event> {
    const state = fold(decider, history);
    return {
      thenState: (check) => check(state),
      when: (decision) =>
        outcomeOf(() => {
          if (typeof decision === 'function') return (decision as (state: State) => Event[])(state);
          return decider.decide(decision, state);
        }),
    };
  };
}

function outcomeOf<Event>(decide: () => Event[]): Outcome<Event> {
  function expectEvents(expected: readonly Event[]): void {
    const decided = decide();
    if (!sameData(decided, expected)) throw new Error(difference('events', expected, decided));
  }
  return {
    // biome-ignore lint/suspicious/noThenProperty: reads as given-when-then; an outcome is never awaited
    then: expectEvents,
    thenNothing: () => expectEvents([]),
    refusedWith(code, details = {}) {
      let decided: Event[];
      try {
        decided = decide();
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        const named = Object.fromEntries(Object.keys(details).map((key) => [key, error.details[key]]));
        if (error.code !== code) throw new Error(difference('refusal', code, error.code), { cause: error });
        if (!sameData(named, details)) throw new Error(difference('details', details, named), { cause: error });
        return;
      }
      throw new Error(difference('refusal', code, decided));
    },
  };
}

function difference(what: string, expected: unknown, actual: unknown): string {
  return `${what}: expected ${JSON.stringify(expected, null, 2)}\nbut got ${JSON.stringify(actual, null, 2)}`;
}
