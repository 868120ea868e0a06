import { join } from 'node:path';
import {
  createLifecycle,
  createLogger,
  loadMasterKey,
  parseEnv,
  sayLastWords,
  stopOnSignal,
} from '@claude-codex/service-kit';
import { openBlobs } from '@claude-codex/service-kit/blobs/open-blobs';
import { createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { connectNatsBus } from '@claude-codex/service-kit/nats/nats-bus';
import { createInstanceTokens } from '@claude-codex/service-kit/secrets/instance-tokens';
import { createEgressApp } from './app.ts';
import { EgressEnv, egressSettings } from './config.ts';

sayLastWords();
const env = parseEnv(EgressEnv);
const log = createLogger({ service: 'egress', level: env.LOG_LEVEL });
const bus = await connectNatsBus({ url: env.NATS_URL, name: 'egress', log });
const store = createBusEventStore({ bus, log });
const blobs = await openBlobs(env, env.CODEX_DATA_DIR);
const masterKey = await loadMasterKey(env.CODEX_MASTER_KEY_FILE ?? join(env.CODEX_DATA_DIR, 'master.key'));
const tokens = createInstanceTokens(masterKey);
const app = createEgressApp({ bus, store, blobs, tokens, settings: egressSettings(env, process.env), log });

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
log.info({ port: env.PORT }, 'egress is ready');
