export * from './attempts.ts';
export * from './check-verdict.ts';
export * from './commands.ts';
export * from './decide.ts';
export * from './evidence.ts';
export * from './gate.ts';
export * from './state.ts';
