import { z } from 'zod';

const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' });

/** Settings of the projector on its own. */
export const ProjectorEnv = z
  .object({
    PORT: z.coerce.number().int().min(0).max(65_535).default(8084),
    HOST: z.string().default('0.0.0.0'),
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
    NATS_URL: z.string().min(1, 'must be a nats:// address'),
    /** A login that may take the role codex_projector. */
    DATABASE_URL: postgresUrl,
    /** A login that owns the database, for migrations; default: DATABASE_URL. */
    DATABASE_MIGRATION_URL: postgresUrl.optional(),
  })
  .transform((env) => ({ ...env, DATABASE_MIGRATION_URL: env.DATABASE_MIGRATION_URL ?? env.DATABASE_URL }));
export type ProjectorEnv = z.infer<typeof ProjectorEnv>;
