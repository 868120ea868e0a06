import { journalPieces } from '@claude-codex/domain';
import { createLifecycle, createLogger, parseEnv, sayLastWords, stopOnSignal } from '@claude-codex/service-kit';
import { openBlobs } from '@claude-codex/service-kit/blobs/open-blobs';
import { createBusCheckpoints, createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { openWritersJournal } from '@claude-codex/service-kit/journal/open-journal';
import { connectNatsBus } from '@claude-codex/service-kit/nats/nats-bus';
import { createAgentManagerApp } from './app.ts';
import { AgentManagerEnv, agentManagerSettings } from './config.ts';

sayLastWords();
const env = parseEnv(AgentManagerEnv);
const log = createLogger({ service: 'agent-manager', level: env.LOG_LEVEL });
const bus = await connectNatsBus({ url: env.NATS_URL, name: 'agent-manager', log });
const store = createBusEventStore({ bus, log });
const checkpoints = createBusCheckpoints({ bus, log });
const blobs = await openBlobs(env, env.CODEX_DATA_DIR);
const index = journalPieces(store);
const journal = await openWritersJournal(env, { bus, blobs, index, dataDir: env.CODEX_DATA_DIR });
const settings = agentManagerSettings(env);
const app = createAgentManagerApp({ store, checkpoints, bus, blobs, journal, settings, log });

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
log.info({ port: env.PORT }, 'agent manager is listening');
