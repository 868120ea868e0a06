export type { Said } from './said.ts';
export { type Beginner, type SaidBefore, saidBefore } from './said-before.ts';
export { saidText } from './said-text.ts';
