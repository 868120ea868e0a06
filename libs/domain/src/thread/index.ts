export * from './decide.ts';
export * from './for-agents.ts';
export * from './rounds-of.ts';
export * from './settle.ts';
export * from './state.ts';
export * from './threads-of.ts';
