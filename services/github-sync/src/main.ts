import { createLifecycle, createLogger, parseEnv, sayLastWords, stopOnSignal } from '@claude-codex/service-kit';
import { createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { connectNatsBus } from '@claude-codex/service-kit/nats/nats-bus';
import { createGithubSyncApp, NAME } from './app.ts';
import { GithubSyncEnv, webhookSecrets } from './config.ts';

sayLastWords();
const env = parseEnv(GithubSyncEnv);
const log = createLogger({ service: NAME, level: env.LOG_LEVEL });
const bus = await connectNatsBus({ url: env.NATS_URL, name: NAME, log });
const store = createBusEventStore({ bus, log });
const app = createGithubSyncApp({ bus, store, settings: { webhookSecrets: webhookSecrets(env) }, log });

const lifecycle = createLifecycle(
  [
    { name: 'bus', stop: () => bus.close() },
    { name: 'app', start: app.start, stop: app.stop },
    { name: 'http', start: () => app.http.listen({ port: env.PORT, host: env.HOST }) },
  ],
  log,
);
stopOnSignal(lifecycle, log);
await lifecycle.start();
log.info({ port: env.PORT }, 'github-sync is ready');
