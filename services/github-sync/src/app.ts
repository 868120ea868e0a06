import { subjects } from '@claude-codex/contracts';
import type { ServiceName } from '@claude-codex/contracts/services';
import type { EventStore, FollowedFold } from '@claude-codex/eventing';
import { type Bus, createHttpServer, type Logger } from '@claude-codex/service-kit';
import { publishJson, subscribeJson } from '@claude-codex/service-kit/bus-json';
import { systemClock } from '@claude-codex/service-kit/clock';
import { serveHealth } from '@claude-codex/service-kit/health';
import { Problem } from '@claude-codex/service-kit/http/problem';
import { connected, type ServiceApp } from '@claude-codex/service-kit/service-app';
import { z } from 'zod';
import type { GithubSyncSettings } from './config.ts';
import { createClients } from './connections/clients.ts';
import { watchCredentials } from './connections/watch-credentials.ts';
import { openDesk } from './desk/desk.ts';
import { follow } from './followed/follow.ts';
import type { Followed } from './followed/followed.ts';
import { createGithubForge } from './forges/github/github-forge.ts';
import { pullRequestText } from './forges/github/text.ts';
import { createGitService } from './git-service/git-service.ts';
import { serveRequests } from './requests/serve.ts';
import { createAppSecrets } from './webhooks/app-secrets.ts';
import { handleDelivery } from './webhooks/handle-delivery.ts';
import { addWebhookRoutes } from './webhooks/routes.ts';

export interface GithubSyncDeps {
  bus: Bus;
  store: EventStore;
  settings: GithubSyncSettings;
  log: Logger;
}

export const NAME = 'github-sync' satisfies ServiceName;

const News = z.object({ pullRequestIds: z.array(z.string()) });

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

  addWebhookRoutes({
    http,
    log,
    secrets: settings.webhookSecrets,
    appSecrets: createAppSecrets('github', { bus, now: () => clock.now() }),
    handle(delivery) {
      const known = followed?.known ?? null;
      // GitHub shows it as failed, and it can be sent again.
      if (known === null)
        throw new Problem('NOT_READY', { detail: 'The log is still being read. Send it again later.' });
      // By the bus, because another process like this one may be the one that goes on with it.
      return handleDelivery(delivery, known, (pullRequestIds) => publishJson(bus, subject.news, { pullRequestIds }));
    },
  });

  return {
    http,
    async start() {
      const clients = createClients({ bus, store, api: settings, now: () => clock.now() });
      const git = createGitService(bus);
      const forge = createGithubForge({
        clients: watchCredentials(clients, { store, log }),
        git,
        textOf: (change) => pullRequestText({ store, publicUrl: settings.publicUrl }, change),
      });
      const isFollowed = (id: string) => followed?.known?.isFollowed(id) ?? false;
      const saidBefore = (id: string) => followed?.known?.remarksOf(id) ?? new Set<string>();
      const { directory, pollMs, publicUrl } = settings;
      const desk = openDesk({ store, forge, log, clock, isFollowed, saidBefore, pollMs, publicUrl });
      followed = follow({ store, directory, clock, log, onChange: (ids) => desk.wake(ids) });
      const unserve = serveHealth(bus, NAME, () => ({ ok: true, detail: 'Opens, follows and merges pull requests' }));
      stops.push(
        serveRequests({ bus, clients, api: settings }),
        subscribeJson(
          bus,
          subject.news,
          News,
          ({ pullRequestIds }) => desk.wake(pullRequestIds),
          (err) => log.warn({ err }, 'news of GitHub nobody understands'),
        ),
        unserve,
        () => followed?.stop(),
        () => desk.stop(),
      );
    },
    async stop() {
      for (const stop of stops.splice(0)) await stop();
      await http.close();
    },
  };
}
