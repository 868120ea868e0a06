export * from './open-asks.ts';
