import { longSecret, serviceFields } from '@claude-codex/service-kit/settings/fields';
import { z } from 'zod';

/** Settings of github-sync on its own. */
export const GithubSyncEnv = z.object({
  ...serviceFields(8086),
  /** The secret of the webhook on GitHub. Without it GitHub is not connected and webhooks are refused. */
  GITHUB_WEBHOOK_SECRET: longSecret.optional(),
  /** The secret before it was replaced: accepted as well, until it is taken away. */
  GITHUB_WEBHOOK_SECRET_PREVIOUS: longSecret.optional(),
});
export type GithubSyncEnv = z.infer<typeof GithubSyncEnv>;

/** The secrets that are set, the current one first. */
export function webhookSecrets(
  env: Pick<GithubSyncEnv, 'GITHUB_WEBHOOK_SECRET' | 'GITHUB_WEBHOOK_SECRET_PREVIOUS'>,
): string[] {
  return [env.GITHUB_WEBHOOK_SECRET, env.GITHUB_WEBHOOK_SECRET_PREVIOUS].filter((value) => value !== undefined);
}
