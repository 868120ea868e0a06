export { createEventStoreApp, type EventStoreApp, type EventStoreDeps } from './app.ts';
export { EventStoreEnv } from './config.ts';
