import { resolve } from 'node:path';
import { AgentsEnv } from '@claude-codex/agent-manager';
import { KeptDeliveriesEnv } from '@claude-codex/gateway/config';
import { TrustedProxies } from '@claude-codex/gateway/trusted-proxies';
import { RepositoriesEnv } from '@claude-codex/git';
import { SharedGithubEnv } from '@claude-codex/github-sync';
import {
  httpAddress,
  logLevel,
  longSecret,
  natsAddress,
  port,
  postgresAddress,
  redisAddress,
} from '@claude-codex/service-kit/settings/fields';
import { z } from 'zod';

/** What one person can set for `npm start`; everything has a default. */
export const StandaloneEnv = AgentsEnv.extend(RepositoriesEnv.shape)
  .extend(SharedGithubEnv.shape)
  .extend(KeptDeliveriesEnv.shape)
  .extend({
    PORT: port(8080),
    /** Only this machine by default: a team server belongs behind `docker compose up`. */
    HOST: z.string().min(1).default('127.0.0.1'),
    CODEX_PUBLIC_URL: httpAddress.optional(),
    /** Reverse proxies whose X-Forwarded-For is believed: addresses or networks, with a comma between them. */
    CODEX_TRUST_PROXY: TrustedProxies,
    /** Where everything is kept that the server records, and its log. */
    CODEX_DATA_DIR: z
      .string()
      .min(1)
      .default('.codex')
      .transform((path) => resolve(path)),
    CODEX_SETUP_TOKEN: longSecret.max(200, 'must have at most 200 characters').optional(),
    LOG_LEVEL: logLevel,
    /** A Postgres of your own, by a login that owns the database and may make roles; without it one is started here. */
    DATABASE_URL: postgresAddress.optional(),
    NATS_URL: natsAddress.optional(),
    REDIS_URL: redisAddress.optional(),
    ANTHROPIC_BASE_URL: httpAddress.optional(),
    /** With one of the two credentials the real model works; without, the scripted one. */
    ANTHROPIC_API_KEY: z.string().min(1).optional(),
    ANTHROPIC_AUTH_TOKEN: z.string().min(1).optional(),
    /** The proxy that leads to a model provider with an http address; `HTTPS_PROXY` is the one for https. */
    HTTP_PROXY: httpAddress.optional(),
    /** A file with certificates to trust beside the usual ones, for example of a company's own authority. */
    NODE_EXTRA_CA_CERTS: z.string().optional(),
  })
  .refine((env) => env.ANTHROPIC_API_KEY === undefined || env.ANTHROPIC_AUTH_TOKEN === undefined, {
    path: ['ANTHROPIC_AUTH_TOKEN'],
    message: 'must be absent when ANTHROPIC_API_KEY is set: only one credential can be sent',
  });
export type StandaloneEnv = z.infer<typeof StandaloneEnv>;
