import type { ServiceName } from '@claude-codex/contracts/services';
import type { Clock, EventStore } from '@claude-codex/eventing';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import type { Bus } from '@claude-codex/service-kit/bus';
import { systemClock } from '@claude-codex/service-kit/clock';
import { type HealthReport, serveHealth } from '@claude-codex/service-kit/health';
import { createHttpServer } from '@claude-codex/service-kit/http/server';
import type { Journal } from '@claude-codex/service-kit/journal';
import type { Logger } from '@claude-codex/service-kit/log';
import type { MasterKey } from '@claude-codex/service-kit/secrets/master-key';
import type { SecretBoxOnDemand } from '@claude-codex/service-kit/secrets/secret-box';
import { connected, type ServiceApp } from '@claude-codex/service-kit/service-app';
import fastifyCompress from '@fastify/compress';
import fastifyWebsocket from '@fastify/websocket';
import type { Pool } from 'pg';
import { addGuard } from './access/guard.ts';
import { createMembers } from './access/members.ts';
import { createOpenConnections } from './access/open-connections.ts';
import { type About, createRuntimeInfo } from './accounts/about.ts';
import { addAccessRoutes } from './accounts/access-routes.ts';
import { createApiTokens } from './accounts/api-tokens.ts';
import { createAuth } from './accounts/better-auth.ts';
import { eraseForgotten } from './accounts/erase-forgotten.ts';
import { addEraseRoutes } from './accounts/erase-routes.ts';
import { createGuessLimit } from './accounts/guess-limit.ts';
import { createIdentify } from './accounts/identify.ts';
import { createInvites } from './accounts/invites.ts';
import { createKnownDevices } from './accounts/known-device.ts';
import { addMemberRoutes } from './accounts/member-routes.ts';
import { createPasswordLinks } from './accounts/password-links.ts';
import { addPasswordRoutes } from './accounts/password-routes.ts';
import { createPasswords } from './accounts/passwords.ts';
import { createPeople } from './accounts/people.ts';
import { addPreferenceRoutes } from './accounts/preference-routes.ts';
import { addSessionView } from './accounts/session-view.ts';
import { createSessions } from './accounts/sessions.ts';
import { createSetup } from './accounts/setup.ts';
import { addSetupRoutes } from './accounts/setup-routes.ts';
import { addBoardRoutes } from './board/routes.ts';
import { addChangesRoutes } from './changes/routes.ts';
import { createCommands } from './commands/commands.ts';
import type { GatewaySettings } from './config.ts';
import { createConsentCheck } from './consent/consent-check.ts';
import { addConsentRoutes } from './consent/routes.ts';
import { createDeliveryLog } from './deliveries/delivery-log.ts';
import { createReadDeliveries } from './deliveries/read-deliveries.ts';
import { createRefusals } from './deliveries/refusals.ts';
import { keepDeliveriesFew } from './deliveries/remove-old.ts';
import { addDeliveryRoutes } from './deliveries/routes.ts';
import { serveDeliveries } from './deliveries/serve-deliveries.ts';
import { addDependencyRoutes } from './dependencies/routes.ts';
import type { Deps } from './deps.ts';
import { addEventRoutes } from './events/routes.ts';
import { createCarryOut } from './forge-commands/carry-out.ts';
import { addForgeLoginRoutes } from './forge-commands/login-routes.ts';
import { serveForgeCommands } from './forge-commands/serve-commands.ts';
import { createBegunApps } from './forge-connections/apps/begun-apps.ts';
import { removeOldApps } from './forge-connections/apps/remove-old.ts';
import { addForgeAppRoutes } from './forge-connections/apps/routes.ts';
import { createForgeCredentials } from './forge-connections/credentials.ts';
import { addResyncRoutes } from './forge-connections/resync-routes.ts';
import { addForgeRoutes } from './forge-connections/routes.ts';
import { serveForgeCredentials } from './forge-connections/serve-credentials.ts';
import { addHealthRoutes } from './health/routes.ts';
import { addHistoryRoutes } from './history/routes.ts';
import { addHostBlobRoutes } from './hosts/blob-routes.ts';
import { addHostEgressRoutes } from './hosts/egress-routes.ts';
import { addInstanceRoutes } from './instances/routes.ts';
import { addIssueProposalRoutes } from './issue-proposals/routes.ts';
import { createFromIssue } from './issues/from-issue.ts';
import { addIssueRoutes } from './issues/routes.ts';
import { addIssueTaskRoutes } from './issues/task-routes.ts';
import { addOpenApiRoute } from './openapi/routes.ts';
import { promptClose } from './prompt-close.ts';
import { addPullRequestRoutes } from './pull-requests/routes.ts';
import { addQuestionRoutes } from './questions/routes.ts';
import { BROTLI, PACK_FROM } from './reads/answer.ts';
import { createEventLog } from './reads/event-log.ts';
import { createPositions, type Positions } from './reads/positions.ts';
import { createReadModels } from './reads/read-models.ts';
import { createTextCache } from './reads/text-cache.ts';
import { addRepositoryRoutes } from './repositories/routes.ts';
import { addReviewRoutes } from './reviews/routes.ts';
import { addRowRoutes } from './rows/routes.ts';
import { addRememberedValueRoutes } from './secrets/remembered-value-routes.ts';
import { createRememberedValues } from './secrets/remembered-values.ts';
import { createSecretStore } from './secrets/secret-store.ts';
import { serveSecrets } from './secrets/serve-secrets.ts';
import { createFeed } from './stream/feed.ts';
import { createHub } from './stream/hub.ts';
import { createJournalFeed } from './stream/journal-feed.ts';
import { addStreamRoutes } from './stream/routes.ts';
import { addTaskPageRoutes } from './task-page/routes.ts';
import { addTaskDetailRoutes } from './tasks/detail-routes.ts';
import { addTaskRoutes } from './tasks/routes.ts';
import { addTerminalRoute } from './terminal/routes.ts';
import { addThreadRoutes } from './threads/routes.ts';
import { addGithubWebhooks } from './web/github-webhooks.ts';
import { addSecurityHeaders } from './web/security-headers.ts';
import { addWeb } from './web/static.ts';
import { explainUnavailable } from './web/unavailable.ts';

export interface GatewayOptions {
  store: EventStore;
  bus: Bus;
  /** Acts as `codex_gateway`: reads `read` and `es.event`, writes `accounts`. At least 4 connections. */
  pool: Pool;
  blobs: BlobStore;
  journal: Journal;
  secrets: SecretBoxOnDemand;
  /** Signs the sessions, and gives the set-up link. */
  masterKey: MasterKey;
  settings: GatewaySettings;
  about: About;
  log: Logger;
  clock?: Clock;
}

export interface GatewayApp extends ServiceApp {
  /** The link to print until an owner exists; null afterwards. */
  setupLink(): Promise<string | null>;
}

export const NAME = 'gateway' satisfies ServiceName;

/** The gateway: everything people and programs reach. The only file that knows all its parts. */
export async function createGatewayApp(options: GatewayOptions): Promise<GatewayApp> {
  const { store, bus, pool, blobs, journal, secrets, masterKey, settings, about, log, clock = systemClock } = options;
  const { publicUrl } = settings;
  const positions = createPositions({ pool, bus, clock, log });
  await positions.refresh();

  const auth = createAuth({ pool, secret: masterKey.derive('sessions'), publicUrl, log });
  const members = createMembers({ store, clock });
  const people = createPeople({ auth, pool, clock });
  const sessions = createSessions({ auth, pool, clock });
  const tokens = createApiTokens({ pool, clock });
  const invites = createInvites({ pool, publicUrl });
  const limit = createGuessLimit(clock);
  const devices = createKnownDevices({ key: masterKey.derive('devices'), secure: publicUrl.protocol === 'https:' });
  const setupToken = settings.setupToken ?? masterKey.derive('setup-token').toString('base64url');
  const setup = createSetup({ pool, store, people, token: setupToken, publicUrl });
  const identify = createIdentify({ sessions, tokens, people, members, setup, limit });
  const connections = createOpenConnections({ pool, members, clock, log });

  const commands = createCommands({ store, positions });
  const runtime = createRuntimeInfo({ bus, clock });
  const reads = createReadModels({ pool, cache: createTextCache(positions.version) });
  const eventLog = createEventLog(pool);
  const remembered = createRememberedValues(pool);
  const forgeCredentials = createForgeCredentials({ pool, secrets });
  const begunApps = createBegunApps({ pool, secrets });
  const deliveries = createDeliveryLog({ pool });
  const refusals = createRefusals({ pool, log });
  const feed = createFeed({ pool, eventLog });
  const hub = createHub({ positions, feed, log });
  const deps: Deps = { store, commands, pool, reads, eventLog, positions, blobs, journal, bus, secrets };
  const mayStart = createConsentCheck({ runtime, members });
  const fromIssue = createFromIssue(deps);

  const http = createHttpServer({
    log,
    trustProxy: settings.trustProxy,
    explain: explainUnavailable,
    ready: {
      database: () => reachable(positions),
      bus: connected(bus),
    },
  });
  addSecurityHeaders(http, publicUrl);
  addGuard(http, { identify, publicOrigin: publicUrl.origin });
  // Small answers are not worth it; streams write to the socket themselves and never pass here.
  await http.register(fastifyCompress, { threshold: PACK_FROM, encodings: ['br', 'gzip'], brotliOptions: BROTLI });
  await http.register(fastifyWebsocket, { options: { maxPayload: 1024 * 1024 } });

  addSetupRoutes(http, { setup, sessions, limit, devices });
  addSessionView(http, {
    about,
    runtime,
    identify,
    setup,
    people,
    members,
    positions,
  });
  addAccessRoutes(http, { sessions, tokens });
  addMemberRoutes(http, { commands, members, people, invites, sessions, tokens, limit, devices });
  addPasswordRoutes(http, {
    members,
    people,
    passwords: createPasswords({ auth, pool }),
    links: createPasswordLinks({ pool, publicUrl }),
    sessions,
    limit,
    devices,
  });
  addEraseRoutes(http, { commands, members, people, sessions, tokens });
  addPreferenceRoutes(http, pool);
  addBoardRoutes(http, deps);
  addRowRoutes(http, deps);
  addHistoryRoutes(http, deps);
  addHealthRoutes(http, { ...deps, clock });
  addEventRoutes(http, deps);
  addTaskRoutes(http, { ...deps, mayStart, fromIssue });
  addConsentRoutes(http, { ...deps, runtime, members, people });
  addTaskPageRoutes(http, deps);
  addTaskDetailRoutes(http, deps);
  addChangesRoutes(http, deps);
  addReviewRoutes(http, deps);
  addThreadRoutes(http, deps);
  addIssueProposalRoutes(http, deps);
  addQuestionRoutes(http, deps);
  addDependencyRoutes(http, deps);
  addRememberedValueRoutes(http, { remembered, people });
  addForgeRoutes(http, { ...deps, credentials: forgeCredentials });
  addForgeLoginRoutes(http, { ...deps, members });
  addResyncRoutes(http, deps);
  addForgeAppRoutes(http, { ...deps, credentials: forgeCredentials, begun: begunApps, publicUrl });
  addDeliveryRoutes(http, {
    ...{ bus, store, log: deliveries, refusals, keeps: settings.deliveries },
    reads: createReadDeliveries({ pool }),
  });
  addRepositoryRoutes(http, deps);
  addIssueRoutes(http, deps);
  addIssueTaskRoutes(http, { ...deps, mayStart, fromIssue });
  addPullRequestRoutes(http, deps);
  addInstanceRoutes(http, deps);
  addStreamRoutes(http, { ...deps, hub, feed, journals: createJournalFeed(bus), connections });
  addTerminalRoute(http, { ...deps, connections, publicOrigin: publicUrl.origin });
  addOpenApiRoute(http, about.version);
  await addHostBlobRoutes(http, { blobs, hostToken: settings.hostToken });
  await addHostEgressRoutes(http, settings);
  await addGithubWebhooks(http, settings.githubSyncUrl, (code) => refusals.count('github', code));
  await addWeb(http, settings.webDir);

  const served: (() => void)[] = [];
  http.addHook('preClose', async () => connections.stop());
  let erasing: Promise<unknown> = Promise.resolve();

  const close = promptClose(http);

  return {
    http,
    setupLink: () => setup.link(),
    async start() {
      served.push(
        serveSecrets({ bus, store, secrets: createSecretStore({ pool, secrets }), remembered, log }),
        removeOldApps(begunApps, log),
        serveForgeCredentials({ bus, credentials: forgeCredentials, log }),
        serveDeliveries({ bus, deliveries, log }),
        serveForgeCommands({ bus, log, carryOut: createCarryOut({ ...deps, members, mayStart, fromIssue }) }),
        keepDeliveriesFew(pool, settings.deliveries, log),
        serveHealth(bus, NAME, () => health(positions)),
      );
      erasing = eraseForgotten({ pool, members, people }).catch((error: unknown) =>
        log.error({ err: error }, 'people the log says are forgotten may still have accounts'),
      );
    },
    async listening() {
      const setupLink = await setup.link();
      if (setupLink !== null) log.info({ setupLink }, 'open this link to make the owner account');
    },
    async stop() {
      for (const stop of served) stop();
      await close();
      await refusals.stop();
      await hub.stop();
      await erasing;
      positions.stop();
    },
  };
}

/** Shown to whoever asks, so without the address that a driver's error names. */
async function reachable(positions: Positions): Promise<void> {
  try {
    await positions.refresh();
  } catch (cause) {
    throw new Error('the database does not answer', { cause });
  }
}

async function health(positions: Positions): Promise<HealthReport> {
  await reachable(positions);
  return { ok: true, detail: `shows position ${positions.current().position}` };
}
