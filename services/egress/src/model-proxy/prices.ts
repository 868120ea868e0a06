import type { TokenUsage } from '../ports.ts';

/** US dollars per million tokens. */
interface Price {
  /** Beginning of the model's name; the longest that fits is taken, so `claude-opus-4-5` before `claude-opus-4`. */
  model: string;
  /** First day (UTC) of a price that replaced an earlier one of the same model. */
  from?: string;
  input: number;
  output: number;
  cacheRead: number;
  /** Prompts (cached parts included) of more tokens than `above` cost `times` as much, answer included. */
  longPrompt?: { above: number; times: number };
}

/**
 * The provider's list prices as of 2026-11-20, newest of a family first, as in the model catalog of Claude Code 2.1.328
 * and on platform.claude.com/docs/en/about-claude/pricing. Batch, fast mode and regional surcharges are not used here.
 */
const PRICES: readonly Price[] = [
  { model: 'claude-fable-5-2', input: 8, output: 40, cacheRead: 0.2 },
  { model: 'claude-fable-5-1', input: 10, output: 50, cacheRead: 0.25 },
  { model: 'claude-fable-5', input: 10, output: 50, cacheRead: 1 },
  { model: 'claude-mythos-5-2', input: 8, output: 40, cacheRead: 0.2 },
  { model: 'claude-mythos-5-1', input: 10, output: 50, cacheRead: 0.25 },
  { model: 'claude-mythos-5', input: 10, output: 50, cacheRead: 1 },
  { model: 'claude-opus-5-5', input: 4, output: 20, cacheRead: 0.2 },
  { model: 'claude-opus-5', input: 5, output: 25, cacheRead: 0.5 },
  { model: 'claude-opus-4-8', input: 5, output: 25, cacheRead: 0.5 },
  { model: 'claude-opus-4-7', input: 5, output: 25, cacheRead: 0.5 },
  { model: 'claude-opus-4-6', input: 5, output: 25, cacheRead: 0.5 },
  { model: 'claude-opus-4-5', input: 5, output: 25, cacheRead: 0.5 },
  { model: 'claude-opus-4', input: 15, output: 75, cacheRead: 1.5 },
  { model: 'claude-sonnet-5-5', from: '2026-10-07', input: 2, output: 10, cacheRead: 0.1 },
  { model: 'claude-sonnet-5-5', input: 2, output: 10, cacheRead: 0.2 },
  { model: 'claude-sonnet-5', input: 2, output: 10, cacheRead: 0.2 },
  { model: 'claude-sonnet-4', input: 3, output: 15, cacheRead: 0.3 },
  { model: 'claude-3-7-sonnet', input: 3, output: 15, cacheRead: 0.3 },
  { model: 'claude-3-5-sonnet', input: 3, output: 15, cacheRead: 0.3 },
  { model: 'claude-haiku-5-5', input: 0.1, output: 0.5, cacheRead: 0.01, longPrompt: { above: 100_000, times: 5 } },
  { model: 'claude-haiku-4-5', input: 1, output: 5, cacheRead: 0.1 },
  { model: 'claude-3-5-haiku', input: 0.8, output: 4, cacheRead: 0.08 },
];

const FAMILY = /fable|mythos|opus|sonnet|haiku/;
/** Writing to the cache costs this many times the input price, for five minutes and for an hour. */
const CACHE_WRITE = 1.25;
const CACHE_WRITE_LONG = 2;

/**
 * The price of a model at a time. A name newer than this table is charged like the newest known of its family; one of
 * no known family (another provider's model, a scripted one) has no price.
 */
export function priceOf(model: string, at: Date): Price | null {
  // Other clouds put a region and a vendor before the name: `us.anthropic.claude-…`.
  const name = model.slice(Math.max(0, model.indexOf('claude-')));
  const day = at.toISOString().slice(0, 10);
  const valid = PRICES.filter((price) => (price.from ?? '') <= day);
  const [exact] = valid.filter((price) => name.startsWith(price.model)).sort((a, b) => b.model.length - a.model.length);
  if (exact !== undefined) return exact;
  const family = FAMILY.exec(name)?.[0];
  return valid.find((price) => family !== undefined && price.model.includes(family)) ?? null;
}

/** Cost of one call in US dollars; 0 for a model without a price. */
export function costOf(model: string, usage: TokenUsage, at: Date): number {
  const price = priceOf(model, at);
  if (price === null) return 0;
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  const longWrites = Math.min(usage.cacheWriteLongTokens, cacheWriteTokens);
  const dollarsPerMillion =
    inputTokens * price.input +
    cacheReadTokens * price.cacheRead +
    (cacheWriteTokens - longWrites) * price.input * CACHE_WRITE +
    longWrites * price.input * CACHE_WRITE_LONG +
    outputTokens * price.output;
  const { longPrompt } = price;
  const isLong = longPrompt !== undefined && inputTokens + cacheReadTokens + cacheWriteTokens > longPrompt.above;
  return (dollarsPerMillion * (isLong ? longPrompt.times : 1)) / 1_000_000;
}
