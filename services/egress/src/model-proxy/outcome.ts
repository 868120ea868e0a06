import type { TokenUsage } from '../ports.ts';

/** Never sent, only recorded: the agent hung up before the answer was complete. */
export const AGENT_WENT_AWAY = 499;
export const NO_USAGE: TokenUsage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheWriteLongTokens: 0,
};

/** What became of one call to the provider. */
export interface Outcome {
  status: number;
  model: string | null;
  usage: TokenUsage;
  problem: string | null;
}
