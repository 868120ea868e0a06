import type { EventType } from '@claude-codex/contracts';
import { formatStreamId } from '@claude-codex/contracts/api/stream';

/** One server-sent event. `json` must hold no line break, which JSON never does. */
export function frame(event: string, json: string, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${json}\n\n`;
}

/** Moves the browser's resume point and nothing else: an event without data is not dispatched. */
export function idFrame(epoch: string, position: number): string {
  return `id: ${formatStreamId(epoch, position)}\n\n`;
}

export function resetFrame(epoch: string, position: number): string {
  return frame('reset', JSON.stringify({ position, epoch }), formatStreamId(epoch, position));
}

/** Names that programs listen for without knowing every event of the domain. */
const ALIASES: Partial<Record<EventType, string>> = {
  AttemptStarted: 'phase_update',
  AttemptCompleted: 'phase_update',
  AttemptChosen: 'phase_update',
  AttemptSetAside: 'phase_update',
  PhaseApproved: 'phase_update',
  AttemptReworkRequested: 'phase_update',
  AttemptRoundsExhausted: 'phase_update',
  PhaseReopened: 'phase_update',
  ProgressReported: 'step_update',
  DependencyRequested: 'dependency_request',
  QuestionAsked: 'user_question',
  ReviewCreated: 'review_required',
  TaskCompleted: 'complete',
  TaskFailed: 'error',
  InstanceFailed: 'error',
};

/**
 * A domain event on a task's stream: as `event`, under its own name, and under its alias. The id stands on the last of
 * them, so that a cut in between repeats all and loses none.
 */
export function eventFrames(type: string, json: string, id: string): string {
  const alias = Object.hasOwn(ALIASES, type) ? ALIASES[type as EventType] : undefined;
  const named = alias === undefined ? '' : frame(alias, json);
  return frame('event', json) + named + frame(type, json, id);
}
