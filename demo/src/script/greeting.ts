import type { StepContext } from './step.ts';

export type Style = 'friendly' | 'formal';

/**
 * What the sample's checkout holds of the demo's own change already, read off `src/greet.js`: an earlier task of the
 * sample may have been merged, and the script then has something else to do.
 */
export function greetsByDayPart(greet: string): boolean {
  return greet.includes('./day-part.js');
}

/** True when an earlier rework has made a visitor without a name "there". */
export function greetsEmptyName(greet: string): boolean {
  return greet.includes(`|| 'there'`);
}

/** The tone that `src/greet.js` has. */
export function styleIn(greet: string): Style {
  return greet.includes('Good afternoon') ? 'formal' : 'friendly';
}

/** The label that was chosen. Capital letters count: the question itself has the word "formal" in it. */
export function styleOf(context: StepContext): Style {
  const answer = context.resultOf('question') ?? '';
  return answer.includes('Formal') && !answer.includes('Friendly') ? 'formal' : 'friendly';
}

/** `src/greet.js` as it was when the develop phase began: the last file that its first step reads. */
export function greetOf(context: StepContext): string {
  return context.resultOf('start') ?? '';
}
