import type { RecordedDomainEvent } from '@claude-codex/contracts/events';

/** More than anybody answers one agent at a time. Everything that is open stands in one list of the whole team. */
export const MAX_OPEN_ASKS = 20;

/** For the agent that wants to ask once more. */
export const TOO_MANY_ASKS = {
  what: `${MAX_OPEN_ASKS} questions and requests of yours are open`,
  remedy: 'Wait for answers to these, or decide by yourself what you can.',
};

/**
 * What agents have asked people, folded from the log: whichever way an agent asks, one rule counts it, and nobody has to
 * remember anything over a restart.
 */
export class OpenAsks {
  /** By stream, who asked; also of what is answered, so that asking the same again is no further ask. */
  readonly #askers = new Map<string, string>();
  readonly #open = new Map<string, Set<string>>();

  apply(event: RecordedDomainEvent): void {
    const { stream } = event;
    switch (event.type) {
      case 'QuestionAsked':
      case 'DependencyRequested':
        this.#askers.set(stream, event.data.instanceId);
        this.#openOf(event.data.instanceId).add(stream);
        return;
      case 'DependencyValueLost':
        this.#openOf(this.#askers.get(stream) ?? '').add(stream);
        return;
      case 'QuestionAnswered':
      case 'QuestionWithdrawn':
      case 'DependencyProvided':
      case 'DependencyDeclined':
        this.#openOf(this.#askers.get(stream) ?? '').delete(stream);
    }
  }

  /** The streams of what waits for people. */
  of(instanceId: string): ReadonlySet<string> {
    return this.#open.get(instanceId) ?? new Set();
  }

  /** Whether the agent may ask what `stream` holds; what it holds already is no further one. */
  mayAsk(instanceId: string, stream: string): boolean {
    return this.#askers.has(stream) || this.of(instanceId).size < MAX_OPEN_ASKS;
  }

  #openOf(instanceId: string): Set<string> {
    const open = this.#open.get(instanceId) ?? new Set();
    this.#open.set(instanceId, open);
    return open;
  }
}
