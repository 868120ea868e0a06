export * from './commands.ts';
export * from './decide.ts';
export * from './kept-journal.ts';
export * from './losses.ts';
export * from './names.ts';
export * from './state.ts';
