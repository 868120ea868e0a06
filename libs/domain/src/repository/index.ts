export * from './decide.ts';
export * from './forge.ts';
export * from './state.ts';
