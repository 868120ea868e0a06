export * from './complete-phase.ts';
export * from './create-task.ts';
