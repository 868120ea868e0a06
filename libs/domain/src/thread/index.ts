export * from './decide.ts';
export * from './state.ts';
export * from './threads-of.ts';
