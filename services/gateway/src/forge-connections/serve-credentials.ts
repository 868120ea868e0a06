import {
  type ForgeCredentialAnswer,
  ForgeCredentialRequest,
  type ForgeWebhooksAnswer,
  ForgeWebhooksRequest,
  SECRET_LOST,
} from '@claude-codex/contracts';
import { subjects } from '@claude-codex/contracts/subjects';
import { DomainError } from '@claude-codex/eventing';
import { runWork } from '@claude-codex/service-kit';
import type { Bus } from '@claude-codex/service-kit/bus';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import type { Logger } from '@claude-codex/service-kit/log';
import { SecretUnreadable, sealTo } from '@claude-codex/service-kit/secrets/secret-box';
import type { z } from 'zod';
import type { ForgeCredentials } from './credentials.ts';

interface Parts {
  bus: Bus;
  credentials: Pick<ForgeCredentials, 'open' | 'webhooks'>;
  log: Logger;
}

const QUEUE = { queue: 'gateway' };

/**
 * Bus request `secrets.forge-credential`: the service that speaks to a forge gets what a workspace acts with there, sealed
 * to the key it made for this request, so that nothing readable crosses the bus. Refusals: NOT_FOUND, SECRET_LOST.
 * `secrets.forge-webhooks`: the secrets that its apps sign with, in the same way.
 */
export function serveForgeCredentials({ bus, credentials, log }: Parts): () => void {
  async function give({ credentialId, publicKey }: ForgeCredentialRequest): Promise<ForgeCredentialAnswer> {
    const credential = await opened(credentialId);
    if (credential === null) throw new DomainError('NOT_FOUND');
    return { sealed: await sealTo(publicKey, JSON.stringify(credential)) };
  }

  async function opened(credentialId: string): ReturnType<ForgeCredentials['open']> {
    try {
      return await credentials.open(credentialId);
    } catch (error) {
      // Its backup was restored without the master key, or with another one.
      if (error instanceof SecretUnreadable) throw new DomainError(SECRET_LOST, {}, { cause: error });
      throw error;
    }
  }

  async function giveWebhooks({
    provider,
    publicKey,
  }: ForgeWebhooksRequest): Promise<z.infer<typeof ForgeWebhooksAnswer>> {
    return { sealed: await sealTo(publicKey, JSON.stringify(await credentials.webhooks(provider))) };
  }

  const stops = [
    serveJson(
      bus,
      subjects.secrets.forgeCredential,
      ForgeCredentialRequest,
      (request) => runWork(log, 'open-forge-credential', { credentialId: request.credentialId }, () => give(request)),
      QUEUE,
    ),
    serveJson(
      bus,
      subjects.secrets.forgeWebhooks,
      ForgeWebhooksRequest,
      (request) => runWork(log, 'open-forge-webhooks', { provider: request.provider }, () => giveWebhooks(request)),
      QUEUE,
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
