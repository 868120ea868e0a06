import type { RecordedDomainEvent } from '@claude-codex/contracts/events';

/** Where people may have said something about the work of a phase. */
export type Place =
  /** Messages to an agent of the phase, from the log's position `since` on. */
  | { readonly kind: 'agent'; readonly id: string; readonly since: number }
  | { readonly kind: 'question'; readonly id: string }
  | { readonly kind: 'dependency'; readonly id: string }
  | { readonly kind: 'review'; readonly id: string }
  | { readonly kind: 'words'; readonly about: string; readonly text: string };

const ABOUT = {
  person: 'After the work was approved, a person wanted it otherwise',
  forge: 'After the work was approved, this was found where it stands as a pull request',
} as const;

/**
 * The places of one phase in the order of its task's history, and those of the reviews that approved earlier phases: a
 * note with an approval is meant for whoever works next. Of work that was approved and is gone on with, what led to it
 * is done; a phase that starts over has all of it before it again.
 */
export function phaseHistory(events: readonly RecordedDomainEvent[], phase: string): readonly Place[] {
  const places: Place[] = [];
  let done = 0;
  for (const { type, data, position } of events) {
    switch (type) {
      case 'AttemptStarted':
        if (data.phase === phase) places.push({ kind: 'agent', id: data.instanceId, since: position });
        break;
      case 'AttemptAnswered':
        if (data.phase === phase) places.push({ kind: data.to, id: data.id });
        break;
      case 'AttemptCompleted':
        if (data.phase === phase && data.reviewId !== null) places.push({ kind: 'review', id: data.reviewId });
        break;
      case 'PhaseApproved':
        if (data.phase !== phase && data.reviewId !== null) places.push({ kind: 'review', id: data.reviewId });
        break;
      case 'PhaseReopened':
        if (data.phase !== phase) break;
        if (data.reason === 'person' || data.reason === 'forge') {
          places.push({ kind: 'words', about: ABOUT[data.reason], text: data.detail });
        }
        done = data.reason === 'retry' ? 0 : places.length;
        break;
      default:
    }
  }
  return places.slice(done);
}
