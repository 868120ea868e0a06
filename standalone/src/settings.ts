import { resolve } from 'node:path';
import { AgentsEnv } from '@claude-codex/agent-manager';
import { TrustedProxies } from '@claude-codex/gateway/trusted-proxies';
import { z } from 'zod';

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });

/** What one person can set for `npm start`; everything has a default. */
export const StandaloneEnv = AgentsEnv.extend({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  /** Only this machine by default: a team server belongs behind `docker compose up`. */
  HOST: z.string().min(1).default('127.0.0.1'),
  CODEX_PUBLIC_URL: httpUrl.optional(),
  /** Reverse proxies whose X-Forwarded-For is believed: addresses or networks, with a comma between them. */
  CODEX_TRUST_PROXY: TrustedProxies,
  CODEX_DATA_DIR: z
    .string()
    .min(1)
    .default('.codex')
    .transform((path) => resolve(path)),
  CODEX_SETUP_TOKEN: z.string().min(16, 'must have at least 16 characters').max(200).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' }).optional(),
  NATS_URL: z.url({ protocol: /^(nats|tls)$/, error: 'must be a nats:// address' }).optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// address' }).optional(),
  ANTHROPIC_BASE_URL: httpUrl.optional(),
  ANTHROPIC_API_KEY: z.string().min(1).optional(),
  ANTHROPIC_AUTH_TOKEN: z.string().min(1).optional(),
  /** The proxy that leads to a model provider with an http address; `HTTPS_PROXY` is the one for https. */
  HTTP_PROXY: httpUrl.optional(),
  /** A file with certificates to trust beside the usual ones, for example of a company's own authority. */
  NODE_EXTRA_CA_CERTS: z.string().optional(),
  GITHUB_WEBHOOK_SECRET: z.string().min(16, 'must have at least 16 characters').optional(),
  GITHUB_WEBHOOK_SECRET_PREVIOUS: z.string().min(16, 'must have at least 16 characters').optional(),
}).refine((env) => env.ANTHROPIC_API_KEY === undefined || env.ANTHROPIC_AUTH_TOKEN === undefined, {
  path: ['ANTHROPIC_AUTH_TOKEN'],
  message: 'must be absent when ANTHROPIC_API_KEY is set: only one credential can be sent',
});
export type StandaloneEnv = z.infer<typeof StandaloneEnv>;
