export * from './approvals.ts';
export * from './decide.ts';
export * from './state.ts';
