export function knownCause(error: unknown): string | null;
export function machineCause(error: unknown): Error | null;
export const KNOWN_CODES: readonly string[];
