import { DomainError } from './domain-error.ts';
import { EventStoreError, type EventStoreErrorCode } from './event-store-error.ts';

/** What comes and goes with the store's load and health, not with the event in hand. */
const PASSING: readonly EventStoreErrorCode[] = [
  'EVENT_STORE_OVERLOADED',
  'EVENT_STORE_UNAVAILABLE',
  'APPEND_CONFLICT',
];

/**
 * Whether the same event will fail the same way tomorrow: data that does not fit, a rule that says no, a mistake in the
 * code. What the world does (network, database, engine, disk) is not poison, however long it lasts.
 */
export function isPoison(error: unknown): boolean {
  if (error instanceof EventStoreError) return !PASSING.includes(error.code);
  if (error instanceof DomainError) return true;
  if (!(error instanceof Error)) return false;
  // `fetch` says TypeError for a refused connection, and keeps the reason in `cause`.
  if (error instanceof TypeError) return error.cause === undefined;
  return error instanceof RangeError || error instanceof SyntaxError || error instanceof ReferenceError || isZod(error);
}

function isZod(error: Error): boolean {
  return error.name === 'ZodError' || error.name === '$ZodError';
}
