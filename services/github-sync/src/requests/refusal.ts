import type { ErrorCode } from '@claude-codex/contracts';
import { ForgeAway } from '@claude-codex/forges/remote-forge';
import { GithubRefused } from '../api/faults.ts';

/** An answer that something cannot be had, in words for a person. */
export interface Refusal {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly detail: string;
}

const CODES: Readonly<Record<ForgeAway['why'], ErrorCode>> = {
  forge_away: 'FORGE_UNREACHABLE',
  forge_limited: 'FORGE_LIMITED',
  forge_credential_refused: 'FORGE_CREDENTIAL_REFUSED',
};

/** What GitHub said no with, or why it cannot be asked. Anything else is a fault of ours and is thrown on. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof ForgeAway) return { ok: false, code: CODES[error.why], detail: error.message };
  if (error instanceof GithubRefused) return { ok: false, code: 'FORGE_REFUSED', detail: `GitHub: ${error.message}.` };
  throw error;
}
