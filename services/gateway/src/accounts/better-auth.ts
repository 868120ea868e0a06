import type { Logger } from '@claude-codex/service-kit/log';
import { betterAuth } from 'better-auth';
import { PostgresDialect } from 'kysely';
import type { Pool } from 'pg';
import { hashPassword, verifyPassword } from './password.ts';

export interface AuthOptions {
  pool: Pool;
  /** 32 bytes that sign the session cookies. */
  secret: Buffer;
  publicUrl: URL;
  log: Logger;
}

const DAY = 24 * 60 * 60;

/**
 * better-auth keeps people, passwords and sessions; its own HTTP handler is not mounted. Our routes call its server
 * API, so that every answer, limit and policy is the house's.
 */
export function createAuth({ pool, secret, publicUrl, log }: AuthOptions) {
  const secure = publicUrl.protocol === 'https:';
  return betterAuth({
    appName: 'Claude Codex',
    baseURL: publicUrl.origin,
    secret: secret.toString('base64url'),
    database: { dialect: new PostgresDialect({ pool }), type: 'postgres', schemaName: 'accounts' },
    telemetry: { enabled: false },
    rateLimit: { enabled: false }, // that is guess-limit.ts: per account too, and in our error shape
    logger: { log: (level, message) => log[level]({ part: 'better-auth' }, message), level: 'error' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true, // people come by set-up or invite only
      minPasswordLength: 10,
      maxPasswordLength: 200,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    user: {
      modelName: 'person',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    session: {
      modelName: 'session',
      expiresIn: 30 * DAY,
      updateAge: DAY,
      fields: {
        userId: 'person_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    account: {
      modelName: 'credential',
      fields: {
        userId: 'person_id',
        providerId: 'provider_id',
        accountId: 'account_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: {
      modelName: 'verification',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    advanced: {
      useSecureCookies: false, // it would prefix __Secure-; the stricter __Host- is set by name below
      cookies: {
        session_token: {
          name: secure ? '__Host-codex_session' : 'codex_session',
          attributes: { secure, httpOnly: true, sameSite: 'lax', path: '/' },
        },
      },
      ipAddress: { ipAddressHeaders: ['x-codex-client-address'] },
    },
  });
}

export type Auth = ReturnType<typeof createAuth>;
