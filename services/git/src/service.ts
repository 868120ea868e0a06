import { openBlobs } from '@claude-codex/service-kit/blobs/open-blobs';
import { createBusCheckpoints } from '@claude-codex/service-kit/bus-event-store';
import { createBullmqJobs } from '@claude-codex/service-kit/jobs/bullmq-jobs';
import { openEventStore } from '@claude-codex/service-kit/nats/open-event-store';
import { defineService } from '@claude-codex/service-kit/service';
import { createGitApp, NAME } from './app.ts';
import { GitEnv, gitSettings } from './config.ts';

export const service = defineService({
  name: NAME,
  env: GitEnv,
  async open(env, { bus, log, variables, atEnd }) {
    const jobs = createBullmqJobs({ url: env.REDIS_URL, log });
    atEnd('jobs', () => jobs.close());
    return {
      store: openEventStore(bus, log),
      checkpoints: createBusCheckpoints({ bus, log }),
      bus,
      jobs,
      blobs: await openBlobs(env, env.CODEX_DATA_DIR),
      settings: gitSettings(env, variables),
      log,
    };
  },
  create: createGitApp,
});
