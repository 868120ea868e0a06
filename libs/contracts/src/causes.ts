import { z } from 'zod';
import { ProviderCause } from './provider.ts';

/** What of ours, or of the machine, work cannot go on without. While it is away work waits, and no agent is to blame. */
export const OurCause = z.enum([
  'egress_away',
  'engine_away',
  'disk_full',
  'source_away',
  'git_away',
  /** Something else kept it from starting: the detail says what. */
  'start_failed',
]);
export type OurCause = z.infer<typeof OurCause>;

/** Why a task is held back although nothing of it is decided. */
export const HoldCause = z.enum([
  ...OurCause.options,
  /** The first copy of its repository is being made. */
  'repository_copying',
  /** As many agents work as may at once. */
  'no_room',
  /** Agents that wait for people keep their containers, and with them every place. */
  'places_kept',
  /** What the agent finished cannot be taken in. */
  'collection_failed',
  /** The forge its change belongs to does not answer, takes no more requests for now, or not this credential. */
  'forge_away',
  'forge_limited',
  'forge_credential_refused',
  /** It is wished to be merged, and its forge wants checks or reviews before it does. */
  'forge_rules',
  /** What is to be done at its forge fails again and again by a fault of ours. */
  'forge_failing',
  /** Nobody and nothing would go on with it: a mistake of ours, found by the watchdog. */
  'no_next_step',
  ...ProviderCause.options,
]);
export type HoldCause = z.infer<typeof HoldCause>;

/** Why an epoch of an instance ended without being asked to. */
export const LossCause = z.enum([
  ...OurCause.options,
  'server_restarted',
  /** Nothing was heard of the host it worked on for longer than a restart takes: another one goes on. */
  'host_lost',
  /** The session that was to go on is not there: a new one begins. */
  'session_missing',
  /** Ended from outside: its container or processes were killed, or the engine or the machine went down. */
  'worker_killed',
  'out_of_memory',
  'agent_ended',
]);
export type LossCause = z.infer<typeof LossCause>;

/** Losses stored before causes were: their reasons have fixed beginnings. */
export function lossCauseOf(reason: string): LossCause {
  if (reason.startsWith('the server was restarted')) return 'server_restarted';
  if (reason.startsWith('preflight egress')) return 'egress_away';
  if (reason.startsWith('preflight resume')) return 'session_missing';
  if (/^(?:preflight|it could not be started)/.test(reason)) return 'start_failed';
  if (reason.startsWith('out of memory')) return 'out_of_memory';
  return /\b(?:killed|removed|were ended|never started)\b/.test(reason) ? 'worker_killed' : 'agent_ended';
}
