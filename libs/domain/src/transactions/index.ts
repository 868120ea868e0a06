export * from './approve-review.ts';
export * from './complete-phase.ts';
export * from './create-task.ts';
export * from './follow-through.ts';
export * from './keep-attempt.ts';
export * from './request-merge.ts';
export * from './send-back.ts';
