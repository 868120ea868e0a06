import type { NewEvent } from '@claude-codex/contracts/envelope';
import { fold, type Seen } from '@claude-codex/eventing/decider';
import type { Load } from '@claude-codex/eventing/handle-command';
import type { Folder } from '@claude-codex/eventing/load-stream';

/** What a transaction loads when these are the events of its streams; every other stream is empty. */
export function loadOf(streams: Readonly<Record<string, readonly Seen<NewEvent>[]>>): Load {
  return async <State, Event extends NewEvent>(stream: string, decider: Folder<State, Event>) => {
    const events = streams[stream] ?? [];
    return { state: fold(decider, events as readonly Seen<Event>[]), version: events.length };
  };
}
