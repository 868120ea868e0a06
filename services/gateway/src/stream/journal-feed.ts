import { subjects } from '@claude-codex/contracts/subjects';
import type { Bus } from '@claude-codex/service-kit/bus';
import { frame } from './frames.ts';

/** Live lines of instances' journals as `log` frames; one bus subscription per instance, however many watch it. */
export interface JournalFeed {
  watch(instanceId: string, listener: (text: string) => void): () => void;
}

const decoder = new TextDecoder();

export function createJournalFeed(bus: Bus): JournalFeed {
  const watched = new Map<string, { listeners: Set<(text: string) => void>; off: () => void }>();

  function begin(instanceId: string) {
    const listeners = new Set<(text: string) => void>();
    const off = bus.subscribe(subjects.journal(instanceId), (payload) => {
      const line = JSON.parse(decoder.decode(payload)) as object;
      const text = frame('log', JSON.stringify({ instanceId, ...line }));
      for (const listener of listeners) listener(text);
    });
    const entry = { listeners, off };
    watched.set(instanceId, entry);
    return entry;
  }

  return {
    watch(instanceId, listener) {
      const entry = watched.get(instanceId) ?? begin(instanceId);
      entry.listeners.add(listener);
      return () => {
        entry.listeners.delete(listener);
        if (entry.listeners.size > 0) return;
        entry.off();
        watched.delete(instanceId);
      };
    },
  };
}
