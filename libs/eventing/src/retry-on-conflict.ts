import type { AppendResult } from '@claude-codex/contracts/envelope';
import { EventStoreError } from './event-store-error.ts';

type Conflict = Extract<AppendResult, { status: 'conflict' }>;

const ATTEMPTS = 8;
const STEP_MS = 5;

/** Runs `attempt` until it gives something else than a conflict. Waits a random, growing time so that writers spread. */
export async function retryOnConflict<Result extends object>(
  attempts: number = ATTEMPTS,
  attempt: () => Promise<Result | Conflict>,
): Promise<Result> {
  for (let tried = 1; ; tried += 1) {
    const result = await attempt();
    if (!isConflict(result)) return result;
    if (tried >= attempts) {
      const { stream, expected, actual } = result;
      throw new EventStoreError('APPEND_CONFLICT', { stream, expected, actual, attempts });
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, Math.random() * STEP_MS * 2 ** tried);
    await promise;
  }
}

function isConflict(result: object): result is Conflict {
  return 'status' in result && result.status === 'conflict';
}
