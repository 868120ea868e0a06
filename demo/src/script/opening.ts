import { isSampleTitle } from './scripts.ts';
import type { Opening, Story } from './step.ts';

const PHASE = /^Phase: (?<phase>[^\n(]+?) \(round (?<round>\d+)\)/;
const FEEDBACK = /^Changes were requested \(round (?<round>\d+)\)\./;
/** A session that goes on brings messages that had not arrived; a review may be among them. */
const INTERRUPTED = 'You were interrupted.';
const HAND_OVER = /\bcall complete_phase (again|with phase)\b/;
const TASK = /^Task #\S+: (?<title>.+)$/m;

/**
 * The message that set the agent going: the newest one that opens a phase or asks for changes. Others, such as
 * "You were interrupted." or a person's note, leave the opening as it is, so the script goes on where it was.
 */
export function findOpening(prompts: readonly string[]): Opening {
  const openings = prompts.map(readOpening).filter((opening) => opening.kind !== 'free');
  return openings.at(-1) ?? { kind: 'free', text: prompts.at(-1) ?? '' };
}

/** The phase that the newest opening belongs to. */
export function findStory(prompts: readonly string[]): Story {
  const openings = prompts.map(readOpening).filter((opening) => opening.kind !== 'free');
  const at = openings.findLastIndex((opening) => opening.kind === 'phase');
  const phase = openings[at];
  return {
    phase: phase?.kind === 'phase' ? phase.phase : null,
    isSample: phase?.kind === 'phase' && isSampleTitle(phase.title),
    reworks: openings.length - 1 - at,
  };
}

/** True when the newest prompt says that the work was not handed over, or that the hand-over was refused. */
export function asksForHandOver(prompts: readonly string[]): boolean {
  const last = prompts.at(-1) ?? '';
  return readOpening(last).kind === 'free' && HAND_OVER.test(last);
}

/** What was said since the newest opening: answers, notes, interruptions. */
export function remarks(prompts: readonly string[]): readonly string[] {
  return prompts.slice(prompts.findLastIndex((prompt) => readOpening(prompt).kind !== 'free') + 1);
}

function readOpening(prompt: string): Opening {
  const text = prompt.startsWith(INTERRUPTED) ? openingInside(prompt) : prompt;
  const phase = PHASE.exec(text)?.groups;
  if (phase?.phase !== undefined) {
    const title = TASK.exec(text)?.groups?.title ?? 'the task';
    return { kind: 'phase', phase: phase.phase.trim(), round: Number(phase.round), title, text };
  }
  const feedback = FEEDBACK.exec(text)?.groups;
  return feedback === undefined ? { kind: 'free', text } : { kind: 'feedback', round: Number(feedback.round), text };
}

function openingInside(prompt: string): string {
  const start = prompt.search(/^(Phase: |Changes were requested )/m);
  return start === -1 ? prompt : prompt.slice(start);
}

/**
 * Names the scope of tool use ids, so that the same step of another phase or round is another step. Rounds alone would
 * not do: the plan and the code each have a first round of changes.
 */
export function scopeOf(prompts: readonly string[]): string {
  const { phase } = findStory(prompts);
  const count = prompts.map(readOpening).filter((opening) => opening.kind !== 'free').length;
  return `${(phase ?? 'free').replace(/[^a-zA-Z0-9]/g, '')}${count}`;
}
