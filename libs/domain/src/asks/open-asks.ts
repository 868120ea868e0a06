import type { RecordedDomainEvent } from '@claude-codex/contracts/events';
import { idOf } from '@claude-codex/contracts/ids';

/** More than anybody answers one agent at a time. Everything that is open stands in one list of the whole team. */
export const MAX_OPEN_ASKS = 20;

/** For the agent that wants to ask once more. */
export const TOO_MANY_ASKS = {
  what: `${MAX_OPEN_ASKS} questions, requests and lists of issues of yours are open`,
  remedy: 'Wait for answers to these, or decide by yourself what you can.',
};

/**
 * What agents have asked people, folded from the log: whichever way an agent asks, one rule counts it, and nobody has to
 * remember anything over a restart. With its end an agent is forgotten: it asks nothing any more.
 */
export class OpenAsks {
  /** By agent, the streams of everything it asked; true while it waits for people. */
  readonly #asked = new Map<string, Map<string, boolean>>();
  /** By stream, who asked; also of what is answered, so that asking the same again is no further ask. */
  readonly #askers = new Map<string, string>();

  constructor(kept: KeptAsks = new Map()) {
    for (const [instanceId, asked] of kept) for (const [stream, isOpen] of asked) this.#ask(stream, instanceId, isOpen);
  }

  apply(event: RecordedDomainEvent): void {
    const { stream } = event;
    switch (event.type) {
      case 'QuestionAsked':
      case 'DependencyRequested':
      case 'IssuesProposed':
        this.#ask(stream, event.data.instanceId, true);
        return;
      case 'DependencyValueLost':
        this.#note(stream, true);
        return;
      case 'QuestionAnswered':
      case 'QuestionWithdrawn':
      case 'DependencyProvided':
      case 'DependencyDeclined':
      case 'IssuesAccepted':
      case 'IssuesDeclined':
        this.#note(stream, false);
        return;
      case 'InstanceCompleted':
      case 'InstanceFailed':
      case 'InstanceStopped':
        this.#forget(idOf(stream));
    }
  }

  /** The streams of what waits for people. */
  of(instanceId: string): ReadonlySet<string> {
    const asked = [...(this.#asked.get(instanceId) ?? [])];
    return new Set(asked.flatMap(([stream, isOpen]) => (isOpen ? [stream] : [])));
  }

  /** Whether the agent may ask what `stream` holds; what it holds already is no further one. */
  mayAsk(instanceId: string, stream: string): boolean {
    return this.#askers.has(stream) || this.of(instanceId).size < MAX_OPEN_ASKS;
  }

  /** All of it, to go on from later. */
  kept(): KeptAsks {
    return this.#asked;
  }

  #ask(stream: string, instanceId: string, isOpen: boolean): void {
    const asked = this.#asked.get(instanceId) ?? new Map<string, boolean>();
    this.#asked.set(instanceId, asked.set(stream, isOpen));
    this.#askers.set(stream, instanceId);
  }

  #note(stream: string, isOpen: boolean): void {
    const asker = this.#askers.get(stream);
    if (asker !== undefined) this.#ask(stream, asker, isOpen);
  }

  #forget(instanceId: string): void {
    for (const stream of this.#asked.get(instanceId)?.keys() ?? []) this.#askers.delete(stream);
    this.#asked.delete(instanceId);
  }
}

/** By agent, the streams of what it asked; true for those that wait for people. */
export type KeptAsks = ReadonlyMap<string, ReadonlyMap<string, boolean>>;
