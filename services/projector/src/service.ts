import { migrations } from '@claude-codex/infra/migrations';
import { migrate } from '@claude-codex/service-kit/pg/migrate';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { defineService } from '@claude-codex/service-kit/service';
import { createProjectorApp, NAME } from './app.ts';
import { ProjectorEnv } from './config.ts';

export const service = defineService({
  name: NAME,
  env: ProjectorEnv,
  /** Migrates the database first. */
  async open(env, { bus, log, atEnd }) {
    const setting = 'DATABASE_MIGRATION_URL';
    await migrate({ connectionString: env[setting], migrations, setting, log });
    const pool = createPool({
      connectionString: env.DATABASE_URL,
      role: 'codex_projector',
      name: NAME,
      onError: (error) => log.warn({ err: error }, 'an idle database connection broke'),
    });
    atEnd('database', () => pool.end());
    return { pool, bus, log };
  },
  create: createProjectorApp,
});
