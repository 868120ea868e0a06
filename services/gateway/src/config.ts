import { BlobsEnv } from '@claude-codex/service-kit/blobs/open-blobs';
import { parseEnv } from '@claude-codex/service-kit/env';
import {
  httpAddress,
  logLevel,
  longSecret,
  natsAddress,
  port,
  postgresAddress,
} from '@claude-codex/service-kit/settings/fields';
import { z } from 'zod';
import { TrustedProxies } from './trusted-proxies.ts';

export const GatewayEnv = z.object({
  PORT: port(8080),
  HOST: z.string().default('0.0.0.0'),
  DATABASE_URL: postgresAddress,
  NATS_URL: natsAddress,
  CODEX_DATA_DIR: z.string().default('./.codex'),
  CODEX_MASTER_KEY_FILE: z.string().optional(),
  CODEX_PUBLIC_URL: httpAddress.optional(),
  CODEX_SETUP_TOKEN: longSecret.max(200, 'must have at most 200 characters').optional(),
  CODEX_WEB_DIR: z.string().optional(),
  CODEX_GITHUB_SYNC_URL: httpAddress.optional(),
  CODEX_MODEL_LABEL: z.string().max(100).default('Claude'),
  CODEX_MODEL_SCRIPTED: z.stringbool('must be true or false').default(false),
  /** Reverse proxies whose X-Forwarded-For is believed: addresses or networks, with a comma between them. */
  CODEX_TRUST_PROXY: TrustedProxies,
  CODEX_VERSION: z.string().max(50).default('0.1.0'),
  LOG_LEVEL: logLevel,
  ...BlobsEnv.shape,
});

/** What the gateway's app needs to know, wherever it runs. */
export interface GatewaySettings {
  port: number;
  host: string;
  /** The address people use; cookies are `__Host-` and Secure when it is https. */
  publicUrl: URL;
  /** Null: one is derived from the master key. */
  setupToken: string | null;
  /** `web/build`; null serves no pages. */
  webDir: string | null;
  githubSyncUrl: URL | null;
  /** What further hosts show; null takes none. */
  hostToken: string | null;
  /** Addresses and networks whose X-Forwarded-* is believed; empty for nobody's. */
  trustProxy: readonly string[];
}

export interface GatewayConfig {
  settings: Omit<GatewaySettings, 'hostToken'>;
  blobs: BlobsEnv;
  databaseUrl: string;
  natsUrl: string;
  dataDir: string;
  masterKeyFile: string;
  model: { label: string; scripted: boolean };
  version: string;
  logLevel: string;
}

/** Reads the gateway's environment. Throws `SettingsError` naming every bad variable. */
export function gatewayConfig(env?: Record<string, string | undefined>): GatewayConfig {
  const read = parseEnv(GatewayEnv, env);
  const dataDir = read.CODEX_DATA_DIR;
  return {
    settings: {
      port: read.PORT,
      host: read.HOST,
      publicUrl: new URL(read.CODEX_PUBLIC_URL ?? `http://localhost:${read.PORT}`),
      setupToken: read.CODEX_SETUP_TOKEN ?? null,
      webDir: read.CODEX_WEB_DIR ?? null,
      githubSyncUrl: read.CODEX_GITHUB_SYNC_URL === undefined ? null : new URL(read.CODEX_GITHUB_SYNC_URL),
      trustProxy: read.CODEX_TRUST_PROXY,
    },
    blobs: read,
    databaseUrl: read.DATABASE_URL,
    natsUrl: read.NATS_URL,
    dataDir,
    masterKeyFile: read.CODEX_MASTER_KEY_FILE ?? `${dataDir}/master.key`,
    model: { label: read.CODEX_MODEL_LABEL, scripted: read.CODEX_MODEL_SCRIPTED },
    version: read.CODEX_VERSION,
    logLevel: read.LOG_LEVEL,
  };
}
