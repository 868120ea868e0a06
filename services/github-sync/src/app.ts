import type { ServiceName } from '@claude-codex/contracts/services';
import { cutText } from '@claude-codex/contracts/text';
import type { EventStore } from '@claude-codex/eventing';
import { type Bus, createHttpServer, type Logger } from '@claude-codex/service-kit';
import { serveHealth } from '@claude-codex/service-kit/health';
import { connected, type ServiceApp } from '@claude-codex/service-kit/service-app';
import { HANDLERS } from './webhooks/handlers.ts';
import { addWebhookRoutes, type Delivery, type Outcome } from './webhooks/routes.ts';

export interface GithubSyncSettings {
  /** Secrets webhooks may be signed with: the current one, and the old one while it is being replaced. */
  webhookSecrets: readonly string[];
}

export interface GithubSyncDeps {
  bus: Bus;
  store: EventStore;
  settings: GithubSyncSettings;
  log: Logger;
}

export const NAME = 'github-sync' satisfies ServiceName;

/** Lets in what GitHub tells about pull requests of ours: `POST /webhooks/github`, which the gateway passes on. */
export function createGithubSyncApp({ bus, store, settings, log }: GithubSyncDeps): ServiceApp {
  const setUp = settings.webhookSecrets.length > 0;
  const http = createHttpServer({
    log,
    ready: { bus: connected(bus) },
  });
  addWebhookRoutes({ http, log, secrets: settings.webhookSecrets, handle });
  let unserve: () => void = () => undefined;

  async function handle(delivery: Delivery): Promise<Outcome> {
    const handler = HANDLERS.get(delivery.event);
    if (handler === undefined) return { status: 'ignored', reason: `"${cutText(delivery.event, 60)}" is not handled` };
    return handler(store, delivery);
  }

  return {
    http,
    async start() {
      unserve = serveHealth(bus, NAME, () => ({
        ok: true,
        detail: setUp ? 'Takes webhooks of GitHub' : 'Ready, but GitHub is not set up: there is no webhook secret',
      }));
    },
    async stop() {
      unserve();
      await http.close();
    },
  };
}
