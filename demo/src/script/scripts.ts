import { SAMPLE } from '@claude-codex/contracts/sample';
import { designScript } from './design.ts';
import { developScript } from './develop.ts';
import { feedbackScript } from './feedback.ts';
import { genericScript } from './generic.ts';
import { planScript } from './plan.ts';
import { baseToMerge, resolveScript } from './resolve.ts';
import type { Opening, Script, Story } from './step.ts';

const SAMPLE_SCRIPTS: ReadonlyMap<string, Script> = new Map([
  ['plan', planScript],
  ['design', designScript],
  ['develop', developScript],
]);

/**
 * The script for what was asked. The story of the sample repository is told only for its own task; any other task gets
 * the generic script, which says that nothing was really thought about.
 */
export function chooseScript(opening: Opening, story: Story): Script {
  const base = baseToMerge(opening);
  if (base !== null) return resolveScript(base, story);
  if (opening.kind === 'feedback') return feedbackScript(opening, story);
  const script = story.isSample ? SAMPLE_SCRIPTS.get(story.phase ?? '') : undefined;
  return script ?? genericScript(story);
}

/** True for the task that the sample repository suggests. */
export function isSampleTitle(title: string): boolean {
  return title.trim() === SAMPLE.suggestedTask.title;
}
