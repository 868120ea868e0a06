import { CommandFromForgeAnswer, DeliveryToHandle, ResyncRequest, subjects } from '@claude-codex/contracts';
import type { ServiceName } from '@claude-codex/contracts/services';
import type { EventStore, FollowedFold } from '@claude-codex/eventing';
import { type Bus, createHttpServer, type Logger } from '@claude-codex/service-kit';
import { publishJson, requestJson, serveJson, subscribeJson } from '@claude-codex/service-kit/bus-json';
import { systemClock } from '@claude-codex/service-kit/clock';
import { serveHealth } from '@claude-codex/service-kit/health';
import { connected, type ServiceApp } from '@claude-codex/service-kit/service-app';
import { z } from 'zod';
import { createConditional } from './api/conditional.ts';
import { openEar } from './commands/ear.ts';
import type { GithubSyncSettings } from './config.ts';
import { createAsApp } from './connections/as-app.ts';
import { createClients } from './connections/clients.ts';
import { watchCredentials } from './connections/watch-credentials.ts';
import { openInbox } from './deliveries/inbox.ts';
import { createDeliveryJournal } from './deliveries/journal.ts';
import { startReconciling } from './deliveries/reconcile.ts';
import { createResync } from './deliveries/resync.ts';
import { createTake } from './deliveries/take.ts';
import { openDesk } from './desk/desk.ts';
import { follow, PROVIDER } from './followed/follow.ts';
import type { Followed } from './followed/followed.ts';
import { createGithubComments } from './forges/github/comments.ts';
import { createGithubForge } from './forges/github/github-forge.ts';
import { createIssueOpener } from './forges/github/open-issue.ts';
import { pullRequestText } from './forges/github/text.ts';
import { createGithubThreads } from './forges/github/threads/github-threads.ts';
import { createGitService } from './git-service/git-service.ts';
import { openIssueDesk } from './issues/issue-desk.ts';
import { openProposalDesk } from './proposals/proposal-desk.ts';
import { serveRequests } from './requests/serve.ts';
import { createAppSecrets } from './webhooks/app-secrets.ts';
import { addWebhookRoutes } from './webhooks/routes.ts';
import { type WorthALook, whatToLookAt } from './webhooks/what-to-look-at.ts';

export interface GithubSyncDeps {
  bus: Bus;
  store: EventStore;
  settings: GithubSyncSettings;
  log: Logger;
}

export const NAME = 'github-sync' satisfies ServiceName;

const QUEUE = { queue: 'github-sync' };
const News = z.object({ pullRequestIds: z.array(z.string()), repositoryIds: z.array(z.string()) });
/** Reading an issue is part of it. */
const COMMAND_MS = 30_000;

/** Everything that is asked of GitHub and heard from it: pull requests are opened, followed and merged there. */
export function createGithubSyncApp({ bus, store, settings, log }: GithubSyncDeps): ServiceApp {
  const clock = systemClock;
  const subject = subjects.forge('github');
  const http = createHttpServer({
    log,
    ready: { bus: connected(bus) },
  });
  const stops: (() => Promise<unknown> | unknown)[] = [];
  let followed: FollowedFold<Followed> | null = null;

  const journal = createDeliveryJournal('github', bus);
  // By the bus, because another process like this one may be the one that goes on with it.
  const look = ({ pullRequestIds, repositoryIds }: Pick<WorthALook, 'pullRequestIds' | 'repositoryIds'>) =>
    publishJson(bus, subject.news, { pullRequestIds, repositoryIds });
  const known = () => followed?.known ?? null;
  const inbox = openInbox({
    ...{ clock, log, look },
    worthALook(delivery) {
      const now = known();
      return now === null ? null : whatToLookAt(delivery, now);
    },
    settle: (result) => journal.settle(result),
  });
  const resync = createResync({
    now: () => clock.now(),
    look: (pullRequestIds) => look({ pullRequestIds, repositoryIds: [] }),
    followedOf: (connectionId) => known()?.ofConnection(connectionId) ?? [],
  });
  const take = createTake(journal, inbox);
  const appSecrets = createAppSecrets('github', { bus, now: () => clock.now() });
  addWebhookRoutes({ http, log, secrets: settings.webhookSecrets, appSecrets, take });

  return {
    http,
    async start() {
      const clients = createClients({ bus, store, api: settings, now: () => clock.now() });
      const git = createGitService(bus);
      const watched = watchCredentials(clients, { store, log });
      const forge = createGithubForge({
        clients: watched,
        git,
        textOf: (change) => pullRequestText({ store, publicUrl: settings.publicUrl }, change),
      });
      const { directory, pollMs, publicUrl } = settings;
      const threads = createGithubThreads(watched, createConditional());
      const desk = openDesk({
        ...{ store, forge, threads, log, clock, pollMs, publicUrl },
        isFollowed: (id) => known()?.isFollowed(id) ?? false,
        isNewest: (id) => known()?.isNewest(id) ?? false,
        saidBefore: (id) => known()?.remarksOf(id) ?? new Set<string>(),
        onLooked(looked) {
          inbox.looked(looked);
          resync.looked(looked);
        },
      });
      const issueDesk = openIssueDesk({
        ...{ store, forge, log, clock, publicUrl },
        newestOf: (issue) => known()?.issues.newestOf(issue) ?? null,
        questionsOf: (taskId) => known()?.issues.questionsOf(taskId) ?? [],
      });
      const proposalDesk = openProposalDesk({
        ...{ store, log, clock, publicUrl, provider: PROVIDER },
        forge: createIssueOpener(watched),
      });
      const ear = openEar({
        ...{ store, log, clock, pollMs, publicUrl, known, provider: PROVIDER },
        comments: createGithubComments(watched, createConditional()),
        carryOut: (command) =>
          requestJson(bus, subjects.commands.fromForge, command, CommandFromForgeAnswer, { timeoutMs: COMMAND_MS }),
        onLooked: (looked) => inbox.looked(looked),
      });
      followed = follow({
        ...{ store, directory, clock, log },
        onChange({ pullRequestIds, issues, repositoryIds, proposalIds }) {
          desk.wake(pullRequestIds);
          ear.wake(repositoryIds);
          issueDesk.wake(issues);
          proposalDesk.wake(proposalIds);
        },
      });
      const unserve = serveHealth(bus, NAME, () => ({ ok: true, detail: 'Opens, follows and merges pull requests' }));
      stops.push(
        serveRequests({ bus, clients, api: settings }),
        subscribeJson(
          bus,
          subject.news,
          News,
          ({ pullRequestIds, repositoryIds }) => {
            desk.wake(pullRequestIds);
            ear.wake(repositoryIds);
          },
          (err) => log.warn({ err }, 'news of GitHub nobody understands'),
        ),
        serveJson(bus, subject.handleDelivery, DeliveryToHandle, async (delivery) => inbox.take(delivery), QUEUE),
        serveJson(bus, subject.resync, ResyncRequest, async (request) => resync.ask(request), QUEUE),
        startReconciling({
          ...{ journal, take, clock, log, everyMs: settings.reconcileMs },
          credentialIds: appSecrets.credentialIds,
          asApp: createAsApp({ clients, api: settings, now: () => clock.now() }),
        }),
        unserve,
        () => followed?.stop(),
        () => desk.stop(),
        () => issueDesk.stop(),
        () => proposalDesk.stop(),
        () => ear.stop(),
      );
    },
    async stop() {
      for (const stop of stops.splice(0)) await stop();
      await http.close();
      await inbox.stop();
    },
  };
}
