import type { LossCause } from '@claude-codex/contracts/causes';

/** Ends in a row that are the agent's own, after which a person has to look. */
export const MAX_LOSSES = 5;

/** An agent that was killed from outside after it had worked so long does not fall over at its start. */
const BEGAN_WELL_MS = 120_000;

/**
 * Whether an end counts against the agent: it had begun (`attachedMs` after its session was there; null when it never
 * was), and what ended it was the agent's own. Whatever is missing of ours makes it wait, however often.
 */
export function blamesAgent(cause: LossCause, attachedMs: number | null): boolean {
  if (attachedMs === null) return false;
  switch (cause) {
    case 'agent_ended':
    case 'out_of_memory':
      return true;
    case 'worker_killed':
      return attachedMs < BEGAN_WELL_MS;
    case 'server_restarted':
    case 'host_lost':
    case 'session_missing':
    case 'egress_away':
    case 'engine_away':
    case 'disk_full':
    case 'source_away':
    case 'git_away':
    case 'start_failed':
      return false;
  }
}

const FIRST_MS = 500;
/** What is known to be missing is asked for before each try, so trying costs little. */
const MOST_WHEN_AWAY_MS = 15_000;
/** A start that fails for an unknown reason makes events, a checkout and a worker each time. */
const MOST_WHEN_UNKNOWN_MS = 5 * 60_000;

/** Neither the agent's doing nor anything that has to come back first. */
export function isOfTheMachine(cause: LossCause): boolean {
  return cause === 'server_restarted' || cause === 'host_lost';
}

/** How long after a loss the instance is started again: 0.5 s, 1 s, 2 s, …; at once when only the machine went away. */
export function restartDelayMs(cause: LossCause, { losses, waits }: { losses: number; waits: number }): number {
  if (isOfTheMachine(cause) || losses + waits === 0) return 0;
  const most = cause === 'start_failed' || cause === 'agent_ended' ? MOST_WHEN_UNKNOWN_MS : MOST_WHEN_AWAY_MS;
  return Math.min(FIRST_MS * 2 ** (losses + waits - 1), most);
}
