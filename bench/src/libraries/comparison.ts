import { createRequire } from 'node:module';
import { join } from 'node:path';

/** What one process did with one of two ways of doing the same. */
export interface Ran {
  /** Of the work alone, without what was loaded and prepared before it. */
  readonly ms: number;
  /** In words: what came out, where the two differ in it. */
  readonly result: string;
}

/** The same work by our own code and by the library it could have been; each runs in a process of its own. */
export interface Comparison {
  readonly title: string;
  readonly ours: () => Promise<Ran>;
  readonly library: () => Promise<Ran>;
}

/** Loads a package of `bench/peers`. */
export const peer = createRequire(join(import.meta.dirname, '..', '..', 'peers', 'package.json'));

export async function timed(work: () => Promise<string> | string): Promise<Ran> {
  const began = performance.now();
  const result = await work();
  return { ms: performance.now() - began, result };
}
