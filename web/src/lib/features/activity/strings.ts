import { compact, plural, spent } from '#lib/format/number.ts';
import { duration } from '#lib/format/time.ts';
import type { SubAgentEnd } from './fold.ts';
import type { WorkSummary } from './work-summary.ts';

export const text = {
  empty: 'Nothing has happened yet',
  emptyDetail: 'The task waits for a free agent. What it does appears here, line by line.',
  instructions: 'Instructions to the agent',
  you: 'Message to the agent',
  thinking: 'Thought',
  running: 'running',
  failed: 'failed',
  truncated: 'The output was longer; this is its end.',
  jump: 'Newest',
  earlier: 'Show earlier',
  send: 'Send',
  interrupt: 'Send now',
  interruptHint: 'Cuts the current turn short',
  pending: 'Waits to be read by the agent',
  to: 'To',
  toAll: (agents: number) => `All ${agents} agents`,
} as const;

/** `waits`: its turn is open, but something holds it back. */
export type WorkNow = 'live' | 'waits' | 'over';

/** `Worked 4 s · 12 tools · edited 3 files`. */
export function workWords(summary: WorkSummary, now: WorkNow): string {
  const parts = [now === 'live' ? 'Working' : now === 'waits' ? 'Waits' : `Worked ${duration(summary.milliseconds)}`];
  if (summary.tools > 0) parts.push(plural(summary.tools, 'tool'));
  if (summary.files > 0) parts.push(`edited ${plural(summary.files, 'file')}`);
  if (summary.failedTools > 0) parts.push(`${summary.failedTools} failed`);
  return parts.join(' · ');
}

const HOW_IT_ENDED = { completed: '', failed: 'failed', stopped: 'stopped' } as const;

/** What a sub-agent cost: `3 tools · 7.6k tokens · 4 s · $0.12`; while it runs only what is known then, which may be nothing. */
export function subAgentWords(end: SubAgentEnd | null, costUsd: number | null): string {
  const money = costUsd === null ? null : spent(costUsd);
  const parts = end === null ? [] : [HOW_IT_ENDED[end.status], ...wordsOf(end)];
  return [...parts, money].filter((part) => part !== '' && part !== null).join(' · ');
}

function wordsOf({ tokens, toolCalls, durationMs }: SubAgentEnd): string[] {
  return [plural(toolCalls, 'tool'), `${compact(tokens)} tokens`, duration(durationMs)];
}
