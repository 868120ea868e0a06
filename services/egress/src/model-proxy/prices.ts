import type { TokenUsage } from '../ports.ts';

/** US dollars per million tokens, valid from a date (UTC) until a later row of the same family replaces it. */
interface Price {
  /** Beginning of the model's name, without the date at its end. */
  model: string;
  from: string;
  input: number;
  output: number;
}

/** Provider's list prices. Cache writes cost 1.25 times the input price (2 times when kept an hour), cache reads 0.1. */
const PRICES: readonly Price[] = [
  { model: 'claude-opus-4-5', from: '2025-11-24', input: 5, output: 25 },
  { model: 'claude-opus-4', from: '2025-05-22', input: 15, output: 75 },
  { model: 'claude-3-opus', from: '2024-03-04', input: 15, output: 75 },
  { model: 'claude-sonnet-4', from: '2025-05-22', input: 3, output: 15 },
  { model: 'claude-3-7-sonnet', from: '2025-02-24', input: 3, output: 15 },
  { model: 'claude-3-5-sonnet', from: '2024-06-20', input: 3, output: 15 },
  { model: 'claude-haiku-4-5', from: '2025-10-15', input: 1, output: 5 },
  { model: 'claude-3-5-haiku', from: '2024-11-04', input: 0.8, output: 4 },
  { model: 'claude-3-haiku', from: '2024-03-13', input: 0.25, output: 1.25 },
];

/** A model newer than this table is charged like the dearest known one of its family, so that no budget is fooled. */
const FAMILIES = ['opus', 'sonnet', 'haiku'] as const;
const CACHE_WRITE = 1.25;
const CACHE_WRITE_LONG = 2;
const CACHE_READ = 0.1;

/** Price of a model at a time, or null for one that is of no known family. */
export function priceOf(model: string, at: Date): { input: number; output: number } | null {
  const day = at.toISOString().slice(0, 10);
  const known = PRICES.filter((price) => price.from <= day && model.startsWith(price.model));
  const exact = known.sort((a, b) => b.model.length - a.model.length || b.from.localeCompare(a.from))[0];
  if (exact !== undefined) return exact;
  const family = FAMILIES.find((name) => model.includes(name));
  if (family === undefined) return null;
  return PRICES.filter((price) => price.model.includes(family)).sort((a, b) => b.output - a.output)[0] ?? null;
}

/** Cost in US dollars; 0 for a model without a price. */
export function costOf(model: string, usage: TokenUsage, at: Date): number {
  const price = priceOf(model, at);
  if (price === null) return 0;
  const longWrites = Math.min(usage.cacheWriteLongTokens, usage.cacheWriteTokens);
  const input =
    usage.inputTokens +
    usage.cacheReadTokens * CACHE_READ +
    (usage.cacheWriteTokens - longWrites) * CACHE_WRITE +
    longWrites * CACHE_WRITE_LONG;
  return (input * price.input + usage.outputTokens * price.output) / 1_000_000;
}
