import { createLifecycle, createLogger, parseEnv, sayLastWords, stopOnSignal } from '@claude-codex/service-kit';
import { openAdapters } from './adapters.ts';
import { createHealthCheckerApp, NAME } from './app.ts';
import { HealthCheckerEnv } from './config.ts';

sayLastWords();
const env = parseEnv(HealthCheckerEnv);
const log = createLogger({ service: NAME, level: env.LOG_LEVEL });
const adapters = await openAdapters(env, log);
const app = createHealthCheckerApp({ ...adapters, log });

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
log.info({ port: env.PORT }, 'health checker is ready');
