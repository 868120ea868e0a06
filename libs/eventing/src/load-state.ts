import type { NewEvent } from '@claude-codex/contracts/envelope';
import { type Folder, loadStream, type StreamReader } from './load-stream.ts';

/** What an aggregate is now: its stream, folded. */
export async function loadState<State, Event extends NewEvent>(
  store: StreamReader,
  stream: string,
  decider: Folder<State, Event>,
): Promise<State> {
  return (await loadStream(store, stream, decider)).state;
}
