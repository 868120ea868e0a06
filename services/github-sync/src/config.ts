import { z } from 'zod';

const secret = z.string().min(16, 'must have at least 16 characters').optional();

/** Settings of github-sync on its own. */
export const GithubSyncEnv = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8086),
  HOST: z.string().default('0.0.0.0'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  NATS_URL: z.string().min(1, 'must be a nats:// address'),
  /** The secret of the webhook on GitHub. Without it GitHub is not connected and webhooks are refused. */
  GITHUB_WEBHOOK_SECRET: secret,
  /** The secret before it was replaced: accepted as well, until it is taken away. */
  GITHUB_WEBHOOK_SECRET_PREVIOUS: secret,
});
export type GithubSyncEnv = z.infer<typeof GithubSyncEnv>;

/** The secrets that are set, the current one first. */
export function webhookSecrets(
  env: Pick<GithubSyncEnv, 'GITHUB_WEBHOOK_SECRET' | 'GITHUB_WEBHOOK_SECRET_PREVIOUS'>,
): string[] {
  return [env.GITHUB_WEBHOOK_SECRET, env.GITHUB_WEBHOOK_SECRET_PREVIOUS].filter((value) => value !== undefined);
}
