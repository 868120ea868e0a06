import type { Answer } from './answer.ts';

type Kept = string | string[] | Answer | null;

/** Answers and their parts, for as long as nothing in the read models changed. */
export interface TextCache {
  /** `load` runs once, also when many ask in the same moment. */
  get<Text extends Kept>(key: string, load: () => Promise<Text>): Promise<Text>;
}

/** A handful of boards, or thousands of tasks. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/**
 * Many people look at the same few pages, and between two events those do not change: they are read once per change
 * and not once per person. `version` tells the changes; everything remembered goes with each.
 */
export function createTextCache(version: () => number): TextCache {
  const entries = new Map<string, Promise<Kept>>();
  let of = version();
  let characters = 0;

  function fresh(): void {
    if (of === version() && characters < MAX_CHARACTERS) return;
    entries.clear();
    characters = 0;
    of = version();
  }

  return {
    async get<Text extends Kept>(key: string, load: () => Promise<Text>): Promise<Text> {
      fresh();
      const known = entries.get(key) as Promise<Text> | undefined;
      if (known !== undefined) return known;
      const readAt = of;
      const loading = load();
      entries.set(key, loading);
      try {
        const text = await loading;
        // A change while it was read may or may not be in it: good enough to send, not to keep.
        if (readAt !== version()) entries.delete(key);
        else characters += key.length + sizeOf(text);
        return text;
      } catch (error) {
        entries.delete(key);
        throw error;
      }
    },
  };
}

function sizeOf(text: Kept): number {
  if (text === null) return 0;
  if (typeof text === 'object' && 'bytes' in text) return text.bytes.length;
  return typeof text === 'string' ? text.length : text.reduce((sum, part) => sum + part.length, 0);
}
