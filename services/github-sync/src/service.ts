import { createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { defineService } from '@claude-codex/service-kit/service';
import { createGithubSyncApp, NAME } from './app.ts';
import { GithubSyncEnv, webhookSecrets } from './config.ts';

export const service = defineService({
  name: NAME,
  env: GithubSyncEnv,
  async open(env, { bus, log }) {
    return { bus, store: createBusEventStore({ bus, log }), settings: { webhookSecrets: webhookSecrets(env) }, log };
  },
  create: createGithubSyncApp,
});
