import { logLevel, natsAddress, port, postgresAddress } from '@claude-codex/service-kit/settings/fields';
import { z } from 'zod';

/** Settings of the projector on its own. */
export const ProjectorEnv = z
  .object({
    PORT: port(8084),
    HOST: z.string().default('0.0.0.0'),
    LOG_LEVEL: logLevel,
    NATS_URL: natsAddress,
    /** A login that may take the role codex_projector. */
    DATABASE_URL: postgresAddress,
    /** A login that owns the database, for migrations; default: DATABASE_URL. */
    DATABASE_MIGRATION_URL: postgresAddress.optional(),
  })
  .transform((env) => ({ ...env, DATABASE_MIGRATION_URL: env.DATABASE_MIGRATION_URL ?? env.DATABASE_URL }));
export type ProjectorEnv = z.infer<typeof ProjectorEnv>;
