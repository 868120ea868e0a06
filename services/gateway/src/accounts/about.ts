import { RuntimeInfo } from '@claude-codex/contracts';
import { subjects } from '@claude-codex/contracts/subjects';
import type { Clock } from '@claude-codex/eventing';
import type { Bus } from '@claude-codex/service-kit/bus';
import { requestJson } from '@claude-codex/service-kit/bus-json';
import { createBriefMemory } from './brief-memory.ts';

/** What the server says about itself on every page. */
export interface About {
  version: string;
  standalone: boolean;
  /** The project that `npm start` was run in. */
  project: { path: string; name: string } | null;
  /** What answers the agents; `scripted` for the demo's model, which must never be mistaken for a real one. */
  model: { label: string; scripted: boolean };
}

const FRESH_MS = 10_000;
const TIMEOUT_MS = 500;

/** What agents run in, asked from a manager now and then; the page never waits for it twice. Null until one answered. */
export function createRuntimeInfo({
  bus,
  clock,
}: {
  bus: Bus;
  clock: Pick<Clock, 'now'>;
}): () => Promise<RuntimeInfo | null> {
  const memory = createBriefMemory<RuntimeInfo>(clock, FRESH_MS);
  let last: RuntimeInfo | null = null;
  return async () => {
    try {
      last = await memory.get('runtime', () =>
        requestJson(bus, subjects.manager.runtimeInfo, {}, RuntimeInfo, { timeoutMs: TIMEOUT_MS }),
      );
    } catch {
      return last; // no manager is up at the moment; the page shows what was true before
    }
    return last;
  };
}
