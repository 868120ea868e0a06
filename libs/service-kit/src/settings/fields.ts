// Settings that several processes have, so that each is refused in the same words wherever it is read.
import { z } from 'zod';

export const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);
export const logLevel = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info');
export const absolutePath = z.string().startsWith('/', 'must be an absolute path');
export const httpAddress = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' });
export const postgresAddress = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' });
export const redisAddress = z.url({ protocol: /^rediss?$/, error: 'must be a redis:// address' });
/** One server, or several with commas between. */
export const natsAddress = z.string().refine(isNatsAddress, 'must be a nats:// address');
/** Whoever guesses it is let in. */
export const longSecret = z.string().min(16, 'must have at least 16 characters');

function isNatsAddress(text: string): boolean {
  return text.split(',').every((one) => URL.canParse(one) && /^(nats|tls):$/.test(new URL(one).protocol));
}

/** What every service is told that is a process of its own; `ServiceEnv` of service.ts. */
export const serviceFields = (defaultPort: number) => ({
  PORT: port(defaultPort),
  HOST: z.string().default('0.0.0.0'),
  LOG_LEVEL: logLevel,
  NATS_URL: natsAddress,
});
