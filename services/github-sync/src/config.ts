import { join } from 'node:path';
import { type ProxyVariables, proxyVariables } from '@claude-codex/service-kit/outgoing/proxy-of';
import { absolutePath, httpAddress, longSecret, serviceFields } from '@claude-codex/service-kit/settings/fields';
import { z } from 'zod';
import type { SigningSecret } from './webhooks/signature.ts';

const THIS_MACHINE = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Nobody reads along. What is no address is refused as that. */
function isPrivateWay(address: string): boolean {
  if (!URL.canParse(address)) return true;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || THIS_MACHINE.has(hostname);
}

/** What is said about GitHub, wherever this service runs: on its own or inside the standalone process. */
export const SharedGithubEnv = z.object({
  /** The API of a GitHub of your own: `https://github.example.com/api/v3`. */
  GITHUB_API_URL: httpAddress
    .refine(isPrivateWay, 'must be an https:// address: a token is sent there')
    .default('https://api.github.com')
    .transform((url) => url.replace(/\/+$/, '')),
  /** Pull requests are looked at this often, in seconds, for what no webhook told. */
  CODEX_GITHUB_POLL_SECONDS: z.coerce.number().int().min(1).max(3_600).default(60),
  /** So often, in seconds, GitHub's own list is read for what apps were told and never got here. */
  CODEX_GITHUB_RECONCILE_SECONDS: z.coerce.number().int().min(1).max(86_400).default(300),
  /** The secret of the webhook on GitHub. Without it webhooks are refused, and what happens there is seen by looking. */
  GITHUB_WEBHOOK_SECRET: longSecret.optional(),
  /** The secret before it was replaced: accepted as well, until it is taken away. */
  GITHUB_WEBHOOK_SECRET_PREVIOUS: longSecret.optional(),
});

/** Settings of github-sync on its own. */
export const GithubSyncEnv = SharedGithubEnv.extend({
  ...serviceFields(8086),
  CODEX_DATA_DIR: absolutePath,
  /** Where people open the pages: pull requests link to their task there. */
  CODEX_PUBLIC_URL: httpAddress.optional(),
  /** The proxy that leads to GitHub; small letters work too. */
  HTTPS_PROXY: httpAddress.optional(),
  /** Hosts that are reached without a proxy, with commas between. */
  NO_PROXY: z.string().optional(),
});

export interface GithubSyncSettings {
  /** Without a slash at its end. */
  apiUrl: string;
  proxy: ProxyVariables;
  pollMs: number;
  reconcileMs: number;
  /** Null: nobody said where the pages are. */
  publicUrl: string | null;
  /** Secrets webhooks may be signed with: the current one, and the old one while it is being replaced. */
  webhookSecrets: readonly SigningSecret[];
  /** The only directory it uses: what it knows of the log, so that it need not read all of it at its next start. */
  directory: string;
}

export function githubSyncSettings(
  env: z.output<typeof SharedGithubEnv> & { CODEX_DATA_DIR: string; CODEX_PUBLIC_URL?: string | undefined },
  variables: Record<string, string | undefined>,
): GithubSyncSettings {
  const secrets = [
    { name: 'environment', secret: env.GITHUB_WEBHOOK_SECRET },
    { name: 'environment_previous', secret: env.GITHUB_WEBHOOK_SECRET_PREVIOUS },
  ];
  return {
    apiUrl: env.GITHUB_API_URL,
    proxy: proxyVariables(variables),
    pollMs: env.CODEX_GITHUB_POLL_SECONDS * 1_000,
    reconcileMs: env.CODEX_GITHUB_RECONCILE_SECONDS * 1_000,
    publicUrl: env.CODEX_PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    webhookSecrets: secrets.flatMap(({ name, secret }) => (secret === undefined ? [] : [{ name, secret }])),
    directory: join(env.CODEX_DATA_DIR, 'github'),
  };
}
