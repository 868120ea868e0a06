import { BlobsEnv } from '@claude-codex/service-kit/blobs/open-blobs';
import { httpAddress, longSecret, postgresAddress, serviceFields } from '@claude-codex/service-kit/settings/fields';
import { z } from 'zod';
import type { KeptDeliveries } from './deliveries/remove-old.ts';
import { TrustedProxies } from './trusted-proxies.ts';

/** How much is kept of what webhooks bring, wherever the gateway runs. */
export const KeptDeliveriesEnv = z.object({
  /** Webhook deliveries and what became of them are kept for so many days. */
  CODEX_DELIVERIES_DAYS: z.coerce.number().int().min(1).max(365).default(14),
  /** And so many of them at most, each with 512 KB of payload at most. */
  CODEX_DELIVERIES_COUNT: z.coerce.number().int().min(1).max(100_000).default(5_000),
});

export const GatewayEnv = z.object({
  ...serviceFields(8080),
  DATABASE_URL: postgresAddress,
  CODEX_DATA_DIR: z.string().default('./.codex'),
  CODEX_MASTER_KEY_FILE: z.string().optional(),
  CODEX_PUBLIC_URL: httpAddress.optional(),
  CODEX_SETUP_TOKEN: longSecret.max(200, 'must have at most 200 characters').optional(),
  CODEX_WEB_DIR: z.string().optional(),
  CODEX_GITHUB_SYNC_URL: httpAddress.optional(),
  /** The egress service, for agents of further hosts. */
  CODEX_EGRESS_URL: httpAddress.optional(),
  CODEX_MODEL_LABEL: z.string().max(100).default('Claude'),
  CODEX_MODEL_SCRIPTED: z.stringbool('must be true or false').default(false),
  /** Reverse proxies whose X-Forwarded-For is believed: addresses or networks, with a comma between them. */
  CODEX_TRUST_PROXY: TrustedProxies,
  CODEX_VERSION: z.string().max(50).default('0.1.0'),
  ...BlobsEnv.shape,
  ...KeptDeliveriesEnv.shape,
});

/** What the gateway's app needs to know, wherever it runs. */
export interface GatewaySettings {
  /** The address people use; cookies are `__Host-` and Secure when it is https. */
  publicUrl: URL;
  /** Null: one is derived from the master key. */
  setupToken: string | null;
  /** `web/build`; null serves no pages. */
  webDir: string | null;
  githubSyncUrl: URL | null;
  /** Where the model and the tools of further hosts' agents are; null takes none. */
  egressUrl: URL | null;
  /** What further hosts show; null takes none. */
  hostToken: string | null;
  /** Addresses and networks whose X-Forwarded-* is believed; empty for nobody's. */
  trustProxy: readonly string[];
  deliveries: KeptDeliveries;
}

export function keptDeliveries(env: z.output<typeof KeptDeliveriesEnv>): KeptDeliveries {
  return { days: env.CODEX_DELIVERIES_DAYS, count: env.CODEX_DELIVERIES_COUNT };
}

/** `hostToken` comes from a file of its own. */
export function gatewaySettings(env: z.output<typeof GatewayEnv>, hostToken: string | null): GatewaySettings {
  return {
    publicUrl: new URL(env.CODEX_PUBLIC_URL ?? `http://localhost:${env.PORT}`),
    setupToken: env.CODEX_SETUP_TOKEN ?? null,
    webDir: env.CODEX_WEB_DIR ?? null,
    githubSyncUrl: env.CODEX_GITHUB_SYNC_URL === undefined ? null : new URL(env.CODEX_GITHUB_SYNC_URL),
    egressUrl: env.CODEX_EGRESS_URL === undefined ? null : new URL(env.CODEX_EGRESS_URL),
    hostToken,
    trustProxy: env.CODEX_TRUST_PROXY,
    deliveries: keptDeliveries(env),
  };
}
