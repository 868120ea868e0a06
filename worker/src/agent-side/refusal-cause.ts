import type { JournalEntry } from '@claude-codex/contracts/worker/protocol';
import { EgressAway } from '../egress-client.ts';

export type RefusalCause = Extract<JournalEntry, { type: 'ack' }>['cause'];

const FULL = /ENOSPC|EDQUOT|no space left on device|disk quota exceeded/i;

/** What is no fault of the agent's work: a full disk, or egress not answering. It is asked for again until it passes. */
export function refusalCauseOf(error: unknown): RefusalCause {
  for (let one = error; one instanceof Error; one = one.cause) {
    if (FULL.test(`${'code' in one ? one.code : ''} ${one.message}`)) return 'disk_full';
    if (one instanceof EgressAway) return 'egress_away';
  }
  return undefined;
}
