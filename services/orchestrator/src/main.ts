import { createLifecycle, createLogger, parseEnv, sayLastWords, stopOnSignal } from '@claude-codex/service-kit';
import { createBusCheckpoints, createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { connectNatsBus } from '@claude-codex/service-kit/nats/nats-bus';
import { createOrchestratorApp, NAME } from './app.ts';
import { OrchestratorEnv, ownerName } from './config.ts';

sayLastWords();
const env = parseEnv(OrchestratorEnv);
const log = createLogger({ service: NAME, level: env.LOG_LEVEL });
const bus = await connectNatsBus({ url: env.NATS_URL, name: NAME, log });
const store = createBusEventStore({ bus, log });
const checkpoints = createBusCheckpoints({ bus, log });
const app = createOrchestratorApp({ store, checkpoints, bus, owner: ownerName(), log });

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
log.info({ port: env.PORT }, 'orchestrator is ready');
