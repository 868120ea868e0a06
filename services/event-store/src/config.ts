import { z } from 'zod';

const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' });

/** Settings of the event store on its own. */
export const EventStoreEnv = z
  .object({
    PORT: z.coerce.number().int().min(0).max(65_535).default(8081),
    HOST: z.string().default('0.0.0.0'),
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
    NATS_URL: z.string().min(1, 'must be a nats:// address'),
    /** A login that may take the role codex_event_store. */
    DATABASE_URL: postgresUrl,
    /** A login that owns the database, for migrations; default: DATABASE_URL. */
    DATABASE_MIGRATION_URL: postgresUrl.optional(),
  })
  .transform((env) => ({ ...env, DATABASE_MIGRATION_URL: env.DATABASE_MIGRATION_URL ?? env.DATABASE_URL }));
export type EventStoreEnv = z.infer<typeof EventStoreEnv>;
