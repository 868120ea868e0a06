import type { Clock } from '@claude-codex/eventing';

/** Remembers answers for a moment, so that a page's burst of requests asks the database once. */
export interface BriefMemory<Value> {
  get(key: string, load: () => Promise<Value>): Promise<Value>;
  forget(key: string): void;
  clear(): void;
}

const MAX_ENTRIES = 10_000;

export function createBriefMemory<Value>(clock: Pick<Clock, 'now'>, ttlMs: number): BriefMemory<Value> {
  const entries = new Map<string, { value: Promise<Value>; until: number }>();

  function get(key: string, load: () => Promise<Value>): Promise<Value> {
    const known = entries.get(key);
    if (known !== undefined && known.until > clock.now()) return known.value;
    // Insertion order is age: what falls out is the oldest.
    const oldest = entries.size >= MAX_ENTRIES ? entries.keys().next().value : undefined;
    if (oldest !== undefined) entries.delete(oldest);
    const value = load();
    entries.delete(key);
    entries.set(key, { value, until: clock.now() + ttlMs });
    value.catch(() => entries.delete(key));
    return value;
  }

  return { get, forget: (key) => void entries.delete(key), clear: () => entries.clear() };
}
