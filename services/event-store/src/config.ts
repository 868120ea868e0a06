import { postgresAddress, serviceFields } from '@claude-codex/service-kit/settings/fields';
import { z } from 'zod';

/** Settings of the event store on its own. */
export const EventStoreEnv = z
  .object({
    ...serviceFields(8081),
    /** A login that may take the role codex_event_store. */
    DATABASE_URL: postgresAddress,
    /** A login that owns the database, for migrations; default: DATABASE_URL. */
    DATABASE_MIGRATION_URL: postgresAddress.optional(),
  })
  .transform((env) => ({ ...env, DATABASE_MIGRATION_URL: env.DATABASE_MIGRATION_URL ?? env.DATABASE_URL }));
export type EventStoreEnv = z.infer<typeof EventStoreEnv>;
