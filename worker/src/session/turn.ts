import type { SDKResultMessage } from '@anthropic-ai/claude-agent-sdk';
import type { JournalEntry } from '@claude-codex/contracts/worker/protocol';

type TurnEnded = Extract<JournalEntry, { type: 'turn_ended' }>;

export interface TurnCounter {
  countToolCall(): void;
  /** The record for a finished turn. */
  end(result: SDKResultMessage): TurnEnded;
}

/** Counts what a turn used. Claude Code's `total_cost_usd` grows over a session, so a turn's cost is the difference. */
export function createTurnCounter(): TurnCounter {
  let toolCalls = 0;
  let costBefore = 0;
  return {
    countToolCall() {
      toolCalls += 1;
    },
    end(result) {
      const costUsd = Math.max(0, result.total_cost_usd - costBefore);
      const entry: TurnEnded = {
        type: 'turn_ended',
        subtype: result.subtype,
        isError: result.is_error,
        result: result.subtype === 'success' ? result.result : result.errors.join('\n'),
        sessionId: result.session_id,
        durationMs: result.duration_ms,
        numTurns: result.num_turns,
        toolCalls,
        usage: {
          inputTokens: result.usage.input_tokens,
          outputTokens: result.usage.output_tokens,
          cacheReadTokens: result.usage.cache_read_input_tokens,
          cacheWriteTokens: result.usage.cache_creation_input_tokens,
          costUsd,
        },
      };
      toolCalls = 0;
      costBefore = result.total_cost_usd;
      return entry;
    },
  };
}
