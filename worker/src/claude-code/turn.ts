import type { SDKResultMessage } from '@anthropic-ai/claude-agent-sdk';
import type { JournalEntry } from '@claude-codex/contracts/worker/protocol';
import type { Waited } from './background.ts';

type TurnEnded = Extract<JournalEntry, { type: 'turn_ended' }>;

export interface TurnCounter {
  countToolCall(): void;
  /** The record for a finished turn: one result, and one more for each time something it had started came to its end. */
  end(results: readonly SDKResultMessage[], waited: readonly Waited[]): TurnEnded;
}

/** Counts what a turn used. Claude Code's `total_cost_usd` grows over a session, so a turn's cost is the difference. */
export function createTurnCounter(): TurnCounter {
  let toolCalls = 0;
  let costBefore = 0;
  return {
    countToolCall() {
      toolCalls += 1;
    },
    end(results, waited) {
      const last = results.at(-1);
      if (last === undefined) throw new Error('a turn has a result');
      const sum = (figure: (result: SDKResultMessage) => number) =>
        results.reduce((total, result) => total + figure(result), 0);
      const costUsd = Math.max(0, last.total_cost_usd - costBefore);
      const entry: TurnEnded = {
        type: 'turn_ended',
        subtype: last.subtype,
        isError: last.is_error,
        result: last.subtype === 'success' ? last.result : last.errors.join('\n'),
        sessionId: last.session_id,
        durationMs: sum((result) => result.duration_ms),
        numTurns: sum((result) => result.num_turns),
        toolCalls,
        usage: {
          inputTokens: sum(({ usage }) => usage.input_tokens),
          outputTokens: sum(({ usage }) => usage.output_tokens),
          cacheReadTokens: sum(({ usage }) => usage.cache_read_input_tokens),
          cacheWriteTokens: sum(({ usage }) => usage.cache_creation_input_tokens),
          costUsd,
        },
        ...(waited.length === 0 ? {} : { waited: [...waited] }),
      };
      toolCalls = 0;
      costBefore = last.total_cost_usd;
      return entry;
    },
  };
}
