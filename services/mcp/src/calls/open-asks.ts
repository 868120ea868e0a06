import { ToolError } from './tool-error.ts';

/** What one agent has asked people and nobody has dealt with yet. */
export interface OpenAsks {
  /** Runs `ask` when the agent may have one more open; what `stream` holds already is no further one. */
  begin(instanceId: string, wanted: Ask, ask: () => Promise<unknown>): Promise<void>;
}

export interface Ask {
  stream: string;
  /** False once people have dealt with it; true also while it is not recorded yet. */
  isOpen(): Promise<boolean>;
}

/** More than anybody answers one agent at a time. Everything that is open stands in one list of the whole team. */
const MAX_OPEN = 20;
const REMEMBERED = 1_000;

/** In memory: after a restart an agent may ask so many again. */
export function createOpenAsks(maxOpen = MAX_OPEN): OpenAsks {
  const known = new Map<string, Map<string, Ask>>();

  function of(instanceId: string): Map<string, Ask> {
    const asks = known.get(instanceId) ?? new Map<string, Ask>();
    known.delete(instanceId);
    known.set(instanceId, asks);
    const oldest = known.keys().next().value;
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
    return asks;
  }

  return {
    async begin(instanceId, wanted, ask) {
      const asks = of(instanceId);
      const isNew = !asks.has(wanted.stream);
      if (isNew && asks.size >= maxOpen) await forgetClosed(asks);
      // Looked at and taken without a pause in between, so that it also holds for calls side by side.
      if (isNew && asks.size >= maxOpen) throw tooMany(maxOpen);
      asks.set(wanted.stream, wanted);
      try {
        await ask();
      } catch (error) {
        if (isNew) asks.delete(wanted.stream);
        throw error;
      }
    },
  };
}

async function forgetClosed(asks: Map<string, Ask>): Promise<void> {
  const looked = await Promise.all([...asks.values()].map(async (ask) => ({ ask, isOpen: await ask.isOpen() })));
  for (const { ask, isOpen } of looked) if (!isOpen) asks.delete(ask.stream);
}

function tooMany(maxOpen: number): ToolError {
  const what = `${maxOpen} questions and requests of yours are open`;
  return new ToolError('TOO_MANY_REQUESTS', what, 'Wait for answers to these, or decide by yourself what you can.');
}
