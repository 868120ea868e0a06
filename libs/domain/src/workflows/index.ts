export * from './built-in.ts';
