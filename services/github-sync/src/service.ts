import { openEventStore } from '@claude-codex/service-kit/nats/open-event-store';
import { defineService } from '@claude-codex/service-kit/service';
import { createGithubSyncApp, NAME } from './app.ts';
import { GithubSyncEnv, githubSyncSettings } from './config.ts';

export const service = defineService({
  name: NAME,
  env: GithubSyncEnv,
  async open(env, { bus, log, variables }) {
    return { bus, store: openEventStore(bus, log), settings: githubSyncSettings(env, variables), log };
  },
  create: createGithubSyncApp,
});
