import { createLifecycle, createLogger, parseEnv, sayLastWords, stopOnSignal } from '@claude-codex/service-kit';
import { openBlobs } from '@claude-codex/service-kit/blobs/open-blobs';
import { createBusCheckpoints, createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { createBullmqJobs } from '@claude-codex/service-kit/jobs/bullmq-jobs';
import { connectNatsBus } from '@claude-codex/service-kit/nats/nats-bus';
import { createGitApp, NAME } from './app.ts';
import { GitEnv, gitSettings } from './config.ts';

sayLastWords();
const env = parseEnv(GitEnv);
const log = createLogger({ service: NAME, level: env.LOG_LEVEL });
const bus = await connectNatsBus({ url: env.NATS_URL, name: NAME, log });
const store = createBusEventStore({ bus, log });
const checkpoints = createBusCheckpoints({ bus, log });
const jobs = createBullmqJobs({ url: env.REDIS_URL, log });
const blobs = await openBlobs(env, env.CODEX_DATA_DIR);
const app = createGitApp({ store, checkpoints, bus, jobs, blobs, settings: gitSettings(env, process.env), log });

const lifecycle = createLifecycle(
  [
    { name: 'bus', stop: () => bus.close() },
    { name: 'jobs', stop: () => jobs.close() },
    { name: 'app', start: app.start, stop: app.stop },
    { name: 'http', start: () => app.http.listen({ port: env.PORT, host: env.HOST }) },
  ],
  log,
);
stopOnSignal(lifecycle, log);
await lifecycle.start();
log.info({ port: env.PORT }, 'git service is ready');
