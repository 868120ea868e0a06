import type { InstanceViewState } from '@claude-codex/contracts';
import { heldBack } from '@claude-codex/contracts/held';
import { type StateLook, type TaskFacts, taskLook } from './state.ts';

export { TONE_TEXT } from './state.ts';

const INSTANCE_LOOK: Readonly<Record<InstanceViewState, StateLook>> = {
  queued: { word: 'Queued', icon: 'clock', tone: 'quiet' },
  starting: { word: 'Starting', icon: 'working', tone: 'working' },
  running: { word: 'Working', icon: 'working', tone: 'working' },
  waiting_input: { word: 'Waits for an answer', icon: 'hand', tone: 'needs' },
  waiting_review: { word: 'Waits for review', icon: 'eye', tone: 'review' },
  paused: { word: 'Paused', icon: 'pause', tone: 'quiet' },
  hibernated: { word: 'Asleep', icon: 'moon', tone: 'quiet' },
  pr_created: { word: 'Change request open', icon: 'merge', tone: 'review' },
  pr_merged: { word: 'Merged', icon: 'merge', tone: 'done' },
  pr_closed: { word: 'Closed', icon: 'slash', tone: 'quiet' },
  completed: { word: 'Done', icon: 'checkCircle', tone: 'done' },
  failed: { word: 'Failed', icon: 'xCircle', tone: 'failed' },
  stopped: { word: 'Stopped', icon: 'slash', tone: 'quiet' },
  lost: { word: 'Interrupted', icon: 'hand', tone: 'needs' },
};

/** An agent whose task is held back stands still as well, whatever it was doing. */
export function instanceLook(task: TaskFacts, state: InstanceViewState): StateLook {
  const look = INSTANCE_LOOK[state];
  return heldBack(task) !== null && look.tone === 'working' ? taskLook(task, true) : look;
}
