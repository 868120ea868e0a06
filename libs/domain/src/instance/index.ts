export * from './commands.ts';
export * from './decide.ts';
export * from './names.ts';
export * from './state.ts';
