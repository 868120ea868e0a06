import { join } from 'node:path';
import { createDirectoryBlobs } from '@claude-codex/service-kit';
import { createBusCheckpoints, createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { createBullmqJobs } from '@claude-codex/service-kit/jobs/bullmq-jobs';
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
      store: createBusEventStore({ bus, log }),
      checkpoints: createBusCheckpoints({ bus, log }),
      bus,
      jobs,
      blobs: createDirectoryBlobs(join(env.CODEX_DATA_DIR, 'blobs')),
      settings: gitSettings(env, variables),
      log,
    };
  },
  create: createGitApp,
});
