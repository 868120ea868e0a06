import type { StreamCategory } from './ids.ts';

/** Categories of streams with an event for every model call and every tool call, between which decisions are few. */
export const CALL_CATEGORIES = ['usage', 'tools'] as const satisfies readonly StreamCategory[];

/** Whether an event of this stream tells of a single call. */
export function tellsOfCalls(stream: string): boolean {
  return CALL_CATEGORIES.some((category) => stream.startsWith(`${category}-`));
}
