import type { NewEvent } from '@claude-codex/contracts/envelope';
import { type Decider, fold, type Seen } from './decider.ts';
import type { EventStore } from './event-store.ts';
import { readWholeStream } from './whole-stream.ts';

/** What an aggregate is now: its whole stream, folded. */
export async function loadState<State, Event extends NewEvent>(
  store: Pick<EventStore, 'readStream'>,
  stream: string,
  decider: Pick<Decider<State, never, Event>, 'initialState' | 'evolve'>,
): Promise<State> {
  return fold(decider, (await readWholeStream(store, stream)) as unknown as Seen<Event>[]);
}
