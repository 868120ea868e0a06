import type { ServiceName } from '@claude-codex/contracts/services';
import type { EventStore } from '@claude-codex/eventing';
import type { Bus, InstanceTokens, Logger } from '@claude-codex/service-kit';
import { createHttpServer } from '@claude-codex/service-kit';
import { serveHealth } from '@claude-codex/service-kit/health';
import type { ServiceApp } from '@claude-codex/service-kit/service-app';
import { createInstances } from './calls/instances.ts';
import { createAsking } from './calls/open-asks.ts';
import { createToolRecord } from './calls/tool-record.ts';
import type { McpSettings } from './config.ts';
import { addMcpRoutes } from './http/routes.ts';
import { TOOLS } from './tools/index.ts';
import { createStreamWatch } from './waiting/stream-watch.ts';

export interface McpDeps {
  store: EventStore;
  bus: Bus;
  tokens: InstanceTokens;
  settings: McpSettings;
  log: Logger;
}

export const NAME = 'mcp' satisfies ServiceName;

/** The tools agents call, over streamable HTTP. When it stops, waiting tools answer that they were interrupted. */
export function createMcpApp({ store, bus, tokens, settings, log }: McpDeps): ServiceApp {
  const { waitMs, progressMs, rate } = settings;
  const instances = createInstances(store);
  const watch = createStreamWatch(store, log);
  const stopping = new AbortController();
  const asking = createAsking(store);
  const record = createToolRecord({ store, log });
  const deps = { store, bus, instances, watch, asking, record, tools: TOOLS, waitMs, progressMs, log };
  let unserve: () => void = () => undefined;

  const http = createHttpServer({
    log,
    brokenText: 'cleaned',
    ready: { store: async () => void (await store.head()) },
  });
  addMcpRoutes(http, { deps, tokens, rate, stopping: stopping.signal });

  async function start(): Promise<void> {
    unserve = serveHealth(bus, NAME, () => ({ ok: true, detail: '' }));
  }

  async function stop(): Promise<void> {
    unserve();
    stopping.abort();
    await http.close();
    await record.idle();
    await watch.stop();
  }

  return { http, start, stop };
}
