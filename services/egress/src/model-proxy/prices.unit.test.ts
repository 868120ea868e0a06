import { describe, expect, it } from 'vitest';
import { costOf, priceOf } from './prices.ts';

const NOW = new Date('2026-11-20T12:00:00Z');
const NOTHING = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, cacheWriteLongTokens: 0 };

describe('the price of a model', () => {
  it.each([
    ['claude-opus-5-5', 4, 20],
    ['us.anthropic.claude-opus-5-5', 4, 20],
    ['claude-opus-4-5-20251101', 5, 25],
    ['claude-opus-4-20250514', 15, 75],
    ['claude-sonnet-4-5-20250929', 3, 15],
    ['claude-3-5-haiku-20241022', 0.8, 4],
  ])('%s', (model, input, output) => {
    expect(priceOf(model, NOW)).toMatchObject({ input, output });
  });

  it('of a newer model is that of the newest known of its family', () => {
    expect(priceOf('claude-opus-7', NOW)).toMatchObject({ model: 'claude-opus-5-5' });
    expect(priceOf('claude-sonnet-9-1', NOW)).toMatchObject({ model: 'claude-sonnet-5-5' });
  });

  it('changes on its day', () => {
    const cacheRead = (day: string) => priceOf('claude-sonnet-5-5', new Date(day))?.cacheRead;
    expect([cacheRead('2026-10-06T23:59:59Z'), cacheRead('2026-10-07T00:00:00Z')]).toEqual([0.2, 0.1]);
  });

  it('of a model nobody sells is none', () => {
    expect(priceOf('scripted', NOW)).toBeNull();
    expect(costOf('scripted', { ...NOTHING, inputTokens: 1_000_000 }, NOW)).toBe(0);
  });
});

describe('the cost of a call', () => {
  it('is what Claude Code itself reports for the same counts', () => {
    const usage = { ...NOTHING, inputTokens: 20, outputTokens: 123, cacheReadTokens: 56_641, cacheWriteTokens: 2_699 };
    expect(costOf('claude-opus-5-5', usage, NOW)).toBeCloseTo(0.0273632, 10);
  });

  it('is higher for what is cached for an hour', () => {
    const usage = { ...NOTHING, cacheWriteTokens: 1_000_000, cacheWriteLongTokens: 400_000 };
    expect(costOf('claude-opus-5-5', usage, NOW)).toBeCloseTo(0.6 * 4 * 1.25 + 0.4 * 4 * 2, 10);
  });

  it('is higher for a long prompt where the model has such a price', () => {
    const usage = { ...NOTHING, inputTokens: 1, cacheReadTokens: 100_000, outputTokens: 1000 };
    const short = { ...usage, inputTokens: 0 };
    expect(costOf('claude-haiku-5-5', short, NOW)).toBeCloseTo(0.0015, 10);
    expect(costOf('claude-haiku-5-5', usage, NOW)).toBeCloseTo(0.0075005, 10);
  });
});
