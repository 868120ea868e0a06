import { join } from 'node:path';
import { agentManagerSettings, createAgentManagerApp } from '@claude-codex/agent-manager';
import { SERVICES } from '@claude-codex/contracts/services';
import { createEgressApp, EGRESS_LIMITS } from '@claude-codex/egress';
import { createEventStoreApp } from '@claude-codex/event-store';
import { createGatewayApp, type GatewayApp } from '@claude-codex/gateway';
import { createGitApp, gitSettings } from '@claude-codex/git';
import { createGithubSyncApp, webhookSecrets } from '@claude-codex/github-sync';
import {
  createHealthCheckerApp,
  modelProviderTarget,
  postgresTarget,
  runtimeTarget,
  serviceTarget,
} from '@claude-codex/health-checker';
import { createMcpApp, MCP_DEFAULTS } from '@claude-codex/mcp';
import { createOrchestratorApp } from '@claude-codex/orchestrator';
import { createProjectorApp } from '@claude-codex/projector';
import type { Logger, Part } from '@claude-codex/service-kit';
import { proxyVariables } from '@claude-codex/service-kit/outgoing/proxy-of';
import type { DataDir } from './data-dir.ts';
import type { Infrastructure } from './infrastructure.ts';
import type { Model } from './model.ts';
import type { Project } from './project.ts';
import { explainListening } from './refusals.ts';
import { version, webDir } from './release.ts';
import type { StandaloneEnv } from './settings.ts';

const LOOPBACK = '127.0.0.1';
/** The owner of leases: no second one can run, so what one before held is taken up at once. */
const STANDALONE = 'standalone';

export interface ServicesInput {
  env: StandaloneEnv;
  dir: DataDir;
  infrastructure: Infrastructure;
  model: Model;
  project: Project | null;
  log: Logger;
}

export interface Services {
  gateway: GatewayApp;
  /** In the order they start. The gateway comes last: once it listens, everything behind it works. */
  parts: Part[];
}

/** Every service of the team server, in this process. The only file here that knows all of them. */
export async function createServices(input: ServicesInput): Promise<Services> {
  const { env, dir, infrastructure, model, project, log } = input;
  const { store, checkpoints, bus, jobs, blobs, journal, secrets, tokens, masterKey, pools, relayed } = infrastructure;
  const of = (service: string) => log.child({ service });

  const eventStore = createEventStoreApp({
    store,
    checkpoints,
    bus,
    log: of('event-store'),
    trouble: store.trouble,
    ...(relayed === undefined ? {} : { relayed }),
  });
  const projector = createProjectorApp({ pool: pools.projector, bus, log: of('projector') });
  const mcp = createMcpApp({
    store,
    bus,
    tokens,
    settings: { ...MCP_DEFAULTS, listen: { host: LOOPBACK, port: 0 } },
    log: of('mcp'),
  });
  const { url: mcpUrl } = await mcp.start();
  const { baseUrl, apiKey, authToken, label } = model;
  // No proxy leads to the scripted model: it is in this process.
  const proxy = model.scripted ? {} : proxyVariables(process.env);
  const egress = createEgressApp({
    bus,
    store,
    blobs,
    tokens,
    settings: {
      provider: { baseUrl, apiKey, authToken, label, proxy },
      mcpUrl,
      doorsFile: join(dir.root, 'doors.json'),
      limits: EGRESS_LIMITS,
    },
    log: of('egress'),
  });
  const orchestrator = createOrchestratorApp({
    ...{ store, checkpoints, bus },
    owner: STANDALONE,
    log: of('orchestrator'),
  });
  const git = createGitApp({
    ...{ store, checkpoints, bus, jobs, blobs },
    settings: { ...gitSettings({ ...env, CODEX_SAMPLE_REPOSITORY: dir.sample }, process.env), owner: STANDALONE },
    log: of('git'),
  });
  const manager = createAgentManagerApp({
    store,
    checkpoints,
    bus,
    blobs,
    journal,
    settings: agentManagerSettings({
      ...env,
      CODEX_MANAGER_ID: STANDALONE,
      CODEX_DEFAULT_MODEL: model.defaultModel ?? undefined,
    }),
    log: of('agent-manager'),
  });
  const githubSync = createGithubSyncApp({
    bus,
    store,
    settings: { webhookSecrets: webhookSecrets(env) },
    log: of('github-sync'),
  });
  const githubSyncUrl = await githubSync.http.listen({ host: LOOPBACK, port: 0 });
  const health = createHealthCheckerApp({
    bus,
    store,
    targets: [
      ...SERVICES.map((name) => serviceTarget(bus, name)),
      postgresTarget(pools.projector),
      runtimeTarget(bus),
      modelProviderTarget(bus),
    ],
    log: of('health-checker'),
  });
  const gateway = await createGatewayApp({
    store,
    bus,
    pool: pools.gateway,
    blobs,
    journal,
    secrets,
    masterKey,
    settings: {
      port: env.PORT,
      host: env.HOST,
      publicUrl: new URL(env.CODEX_PUBLIC_URL ?? `http://localhost:${env.PORT}`),
      setupToken: env.CODEX_SETUP_TOKEN ?? null,
      webDir,
      githubSyncUrl: new URL(githubSyncUrl),
      hostToken: null,
      trustProxy: env.CODEX_TRUST_PROXY,
    },
    about: { version, standalone: true, project, model: { label, scripted: model.scripted } },
    log: of('gateway'),
  });

  return {
    gateway,
    parts: [
      { name: 'mcp', stop: mcp.stop },
      { name: 'event-store', start: eventStore.start, stop: eventStore.stop },
      { name: 'projector', start: projector.start, stop: projector.stop },
      { name: 'egress', start: egress.start, stop: egress.stop },
      { name: 'orchestrator', start: orchestrator.start, stop: orchestrator.stop },
      { name: 'git', start: git.start, stop: git.stop },
      { name: 'agent-manager', start: manager.start, stop: manager.stop },
      { name: 'github-sync', start: githubSync.start, stop: githubSync.stop },
      { name: 'health-checker', start: health.start, stop: health.stop },
      { name: 'gateway', start: () => gateway.listen().catch(explainListening(env)), stop: gateway.stop },
    ],
  };
}
