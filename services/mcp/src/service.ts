import { join } from 'node:path';
import { loadMasterKey } from '@claude-codex/service-kit';
import { openEventStore } from '@claude-codex/service-kit/nats/open-event-store';
import { createInstanceTokens } from '@claude-codex/service-kit/secrets/instance-tokens';
import { defineService } from '@claude-codex/service-kit/service';
import { createMcpApp, NAME } from './app.ts';
import { MCP_DEFAULTS, McpEnv } from './config.ts';

export const service = defineService({
  name: NAME,
  env: McpEnv,
  async open(env, { bus, log }) {
    const masterKey = await loadMasterKey(env.CODEX_MASTER_KEY_FILE ?? join(env.CODEX_DATA_DIR, 'master.key'));
    const store = openEventStore(bus, log);
    return { store, bus, tokens: createInstanceTokens(masterKey), settings: MCP_DEFAULTS, log };
  },
  create: createMcpApp,
});
