import { postgresAddress, serviceFields } from '@claude-codex/service-kit/settings/fields';
import { z } from 'zod';

/** Settings of the projector on its own. */
export const ProjectorEnv = z
  .object({
    ...serviceFields(8084),
    /** A login that may take the role codex_projector. */
    DATABASE_URL: postgresAddress,
    /** A login that owns the database, for migrations; default: DATABASE_URL. */
    DATABASE_MIGRATION_URL: postgresAddress.optional(),
  })
  .transform((env) => ({ ...env, DATABASE_MIGRATION_URL: env.DATABASE_MIGRATION_URL ?? env.DATABASE_URL }));
export type ProjectorEnv = z.infer<typeof ProjectorEnv>;
