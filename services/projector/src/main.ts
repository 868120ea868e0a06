import { migrations } from '@claude-codex/infra/migrations';
import { createLifecycle, createLogger, parseEnv, sayLastWords, stopOnSignal } from '@claude-codex/service-kit';
import { connectNatsBus } from '@claude-codex/service-kit/nats/nats-bus';
import { migrate } from '@claude-codex/service-kit/pg/migrate';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { createProjectorApp } from './app.ts';
import { ProjectorEnv } from './config.ts';

sayLastWords();
const env = parseEnv(ProjectorEnv);
const log = createLogger({ service: 'projector', level: env.LOG_LEVEL });
const setting = 'DATABASE_MIGRATION_URL';
await migrate({ connectionString: env[setting], migrations, setting, log });
const bus = await connectNatsBus({ url: env.NATS_URL, name: 'projector', log });
const pool = createPool({
  connectionString: env.DATABASE_URL,
  role: 'codex_projector',
  name: 'projector',
  onError: (error) => log.warn({ err: error }, 'an idle database connection broke'),
});
const app = createProjectorApp({ pool, bus, log });

const lifecycle = createLifecycle(
  [
    { name: 'database', stop: () => pool.end() },
    { name: 'bus', stop: () => bus.close() },
    { name: 'app', start: app.start, stop: app.stop },
    { name: 'http', start: () => app.http.listen({ port: env.PORT, host: env.HOST }) },
  ],
  log,
);
stopOnSignal(lifecycle, log);
await lifecycle.start();
log.info({ port: env.PORT }, 'projector is ready');
