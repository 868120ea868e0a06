export * from './next-step.ts';
export { A_PERSON, type NextStep, type SignOfLife, STALLED_MS, whyStuck } from './steps.ts';
