export { createEventStoreApp, type EventStoreDeps } from './app.ts';
export { EventStoreEnv } from './config.ts';
