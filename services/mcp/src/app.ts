import type { AddressInfo } from 'node:net';
import type { EventStore } from '@claude-codex/eventing';
import type { Bus, HttpServer, InstanceTokens, Logger } from '@claude-codex/service-kit';
import { createHttpServer } from '@claude-codex/service-kit';
import { serveHealth } from '@claude-codex/service-kit/health';
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

export interface McpApp {
  http: HttpServer;
  /** Listens and tells where: `http://host:port/mcp`, for the egress service. */
  start(): Promise<{ url: string }>;
  /** Waiting tools answer that they were interrupted; then everything closes. */
  stop(): Promise<void>;
}

/** The tools agents call, over streamable HTTP. */
export function createMcpApp({ store, bus, tokens, settings, log }: McpDeps): McpApp {
  const { listen, waitMs, progressMs, rate } = settings;
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

  async function start(): Promise<{ url: string }> {
    await http.listen(listen);
    unserve = serveHealth(bus, 'mcp', () => ({ ok: true, detail: '' }));
    const { port } = http.server.address() as AddressInfo;
    return { url: `http://${listen.host}:${port}/mcp` };
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
