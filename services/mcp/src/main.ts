import { join } from 'node:path';
import {
  createLifecycle,
  createLogger,
  loadMasterKey,
  parseEnv,
  sayLastWords,
  stopOnSignal,
} from '@claude-codex/service-kit';
import { createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { connectNatsBus } from '@claude-codex/service-kit/nats/nats-bus';
import { createInstanceTokens } from '@claude-codex/service-kit/secrets/instance-tokens';
import { createMcpApp } from './app.ts';
import { MCP_DEFAULTS, McpEnv } from './config.ts';

sayLastWords();
const env = parseEnv(McpEnv);
const log = createLogger({ service: 'mcp', level: env.LOG_LEVEL });
const bus = await connectNatsBus({ url: env.NATS_URL, name: 'mcp', log });
const store = createBusEventStore({ bus, log });
const masterKey = await loadMasterKey(env.CODEX_MASTER_KEY_FILE ?? join(env.CODEX_DATA_DIR, 'master.key'));
const tokens = createInstanceTokens(masterKey);
const settings = { ...MCP_DEFAULTS, listen: { host: env.HOST, port: env.PORT } };
const app = createMcpApp({ store, bus, tokens, settings, log });

const lifecycle = createLifecycle(
  [
    { name: 'bus', stop: () => bus.close() },
    { name: 'app', start: app.start, stop: app.stop },
  ],
  log,
);
stopOnSignal(lifecycle, log);
await lifecycle.start();
log.info({ port: env.PORT }, 'mcp is ready');
