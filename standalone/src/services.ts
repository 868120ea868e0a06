import { join } from 'node:path';
import { agentManagerSettings, createAgentManagerApp } from '@claude-codex/agent-manager';
import { SERVICES, type ServiceName } from '@claude-codex/contracts/services';
import { createEgressApp, EGRESS_LIMITS } from '@claude-codex/egress';
import { createEventStoreApp } from '@claude-codex/event-store';
import { createGatewayApp, type GatewayApp } from '@claude-codex/gateway';
import { keptDeliveries } from '@claude-codex/gateway/config';
import { createGitApp, gitSettings } from '@claude-codex/git';
import { createGithubSyncApp, githubSyncSettings } from '@claude-codex/github-sync';
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
import type { ServiceApp } from '@claude-codex/service-kit/service-app';
import type { DataDir } from './data-dir.ts';
import type { Infrastructure } from './infrastructure.ts';
import type { Model } from './model.ts';
import type { Project } from './project.ts';
import { explainListening } from './refusals.ts';
import { version, webDir } from './release.ts';
import type { StandaloneEnv } from './settings.ts';

/** For those that another one reaches by its address. */
const SOMEWHERE = { host: '127.0.0.1', port: 0 };
/** The owner of leases, and the host: no second one can run, so what one before held is taken up at once. */
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
  /** In the order they start. */
  parts: Part[];
}

/** Every service of the team server, in this process. The only file here that knows all of them. */
export async function createServices(input: ServicesInput): Promise<Services> {
  const { env, dir, infrastructure, model, project, log } = input;
  const { store, bus, pools, masterKey, relayed } = infrastructure;
  /** What all of them share, and a log of its own. */
  const ports = (service: ServiceName) => ({ ...infrastructure, log: log.child({ service }) });

  const publicUrl = env.CODEX_PUBLIC_URL ?? `http://localhost:${env.PORT}`;
  const mcp = createMcpApp({ ...ports('mcp'), settings: MCP_DEFAULTS });
  const mcpUrl = `${await mcp.http.listen(SOMEWHERE)}/mcp`;
  const githubSync = createGithubSyncApp({
    ...ports('github-sync'),
    settings: githubSyncSettings({ ...env, CODEX_PUBLIC_URL: publicUrl }, process.env),
  });
  const githubSyncUrl = new URL(await githubSync.http.listen(SOMEWHERE));
  const { baseUrl, apiKey, authToken, label } = model;
  // No proxy leads to the scripted model: it is in this process.
  const proxy = model.scripted ? {} : proxyVariables(process.env);
  const gateway = await createGatewayApp({
    ...ports('gateway'),
    pool: pools.gateway,
    masterKey,
    settings: {
      publicUrl: new URL(publicUrl),
      setupToken: env.CODEX_SETUP_TOKEN ?? null,
      webDir,
      githubSyncUrl,
      egressUrl: null,
      hostToken: null,
      trustProxy: env.CODEX_TRUST_PROXY,
      deliveries: keptDeliveries(env),
    },
    about: { version, standalone: true, project, model: { label, scripted: model.scripted } },
  });

  const apps: Record<ServiceName, ServiceApp> = {
    'event-store': createEventStoreApp({
      ...ports('event-store'),
      trouble: store.trouble,
      ...(relayed === undefined ? {} : { relayed }),
    }),
    projector: createProjectorApp({ ...ports('projector'), pool: pools.projector }),
    mcp,
    egress: createEgressApp({
      ...ports('egress'),
      place: { kind: 'team_server', tokens: infrastructure.tokens, hostToken: null },
      settings: {
        provider: { baseUrl, apiKey, authToken, label, proxy },
        mcpUrl,
        hostId: STANDALONE,
        doorsFile: join(dir.root, 'doors.json'),
        limits: EGRESS_LIMITS,
      },
    }),
    orchestrator: createOrchestratorApp({
      ...ports('orchestrator'),
      owner: STANDALONE,
      directory: join(dir.root, 'orchestrator'),
    }),
    git: createGitApp({
      ...ports('git'),
      settings: { ...gitSettings({ ...env, CODEX_SAMPLE_REPOSITORY: dir.sample }, process.env), owner: STANDALONE },
    }),
    'agent-manager': createAgentManagerApp({
      ...ports('agent-manager'),
      settings: agentManagerSettings(
        { ...env, CODEX_MANAGER_ID: STANDALONE, CODEX_DEFAULT_MODEL: model.defaultModel ?? undefined },
        { hostId: STANDALONE, hostLostAfterMs: Number.POSITIVE_INFINITY },
      ),
    }),
    'github-sync': githubSync,
    'health-checker': createHealthCheckerApp({
      ...ports('health-checker'),
      targets: [
        ...SERVICES.map((name) => serviceTarget(bus, name)),
        postgresTarget(pools.projector),
        runtimeTarget(bus),
        modelProviderTarget(bus),
      ],
    }),
    gateway,
  };
  const parts = SERVICES.map((name) => ({ name, start: apps[name].start, stop: apps[name].stop }));
  const listens = () => gateway.http.listen({ port: env.PORT, host: env.HOST }).catch(explainListening(env));
  return { gateway, parts: [...parts, { name: 'http', start: listens }] };
}
