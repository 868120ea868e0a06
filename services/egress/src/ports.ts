import type { EgressOpen } from '@claude-codex/contracts';
import type { Allowance } from './doors/allowance.ts';
import type { ProviderFault } from './model-proxy/provider-fault.ts';

/** Who is behind a door: known from the socket, never from what the client says. */
export type DoorIdentity = Omit<EgressOpen, 'socketPath' | 'owner'>;

/** A door and what is under way behind it. */
export interface Door {
  readonly identity: DoorIdentity;
  modelCalls: number;
  readonly uploads: Allowance;
  readonly bodies: Allowance;
}

/**
 * Tokens of a call, as the provider counted them; those of a stream that was cut are what it had said and sent until then.
 * `cacheWriteLongTokens` of the cache writes are kept for an hour.
 */
export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  cacheWriteLongTokens: number;
}

/** Keeps what instances used. Never throws and never makes a caller wait: an agent's turn does not hang on our log. */
export interface UsageRecorder {
  callSettled(door: DoorIdentity, call: SettledCall): void;
  rateLimitHit(door: DoorIdentity, limit: { resetsAt: string | null; detail: string }): void;
  /** A call of it waits for the provider. Said at every try; the same cause again is recorded once. */
  providerFailed(door: DoorIdentity, fault: ProviderFault): void;
  /** The provider answers this agent again, or for the first time. */
  providerAnswered(door: DoorIdentity): void;
  /** Resolves when everything said so far is stored, or given up on. */
  flush(): Promise<void>;
}

export interface SettledCall {
  model: string;
  /** The one sent; `AGENT_WENT_AWAY` when the agent hung up before the end. */
  status: number;
  usage: TokenUsage;
  durationMs: number;
  /** The sub-agent that made it; null for the agent itself. */
  subAgentId: string | null;
}
