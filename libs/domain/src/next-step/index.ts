export * from './next-step.ts';
export { type NextStep, type SignOfLife, STALLED_MS, whyStuck } from './steps.ts';
