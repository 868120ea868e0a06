import { createLifecycle, createLogger, parseEnv, sayLastWords, stopOnSignal } from '@claude-codex/service-kit';
import { openAdapters } from './adapters.ts';
import { createEventStoreApp } from './app.ts';
import { EventStoreEnv } from './config.ts';

sayLastWords();
const env = parseEnv(EventStoreEnv);
const log = createLogger({ service: 'event-store', level: env.LOG_LEVEL });
const adapters = await openAdapters(env, log);
const app = createEventStoreApp({
  ...adapters,
  log,
  relayed: adapters.relay.position,
  trouble: adapters.store.trouble,
});

const lifecycle = createLifecycle(
  [
    { name: 'adapters', stop: adapters.close },
    { name: 'app', start: app.start, stop: app.stop },
    { name: 'http', start: () => app.http.listen({ port: env.PORT, host: env.HOST }) },
  ],
  log,
);
stopOnSignal(lifecycle, log);
await lifecycle.start();
log.info({ port: env.PORT }, 'event store is ready');
