import { type OpenSecretAnswer, OpenSecretRequest, type RecordedEventOf, SECRET_LOST } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { subjects } from '@claude-codex/contracts/subjects';
import { DomainError, type EventStore } from '@claude-codex/eventing';
import { runWork } from '@claude-codex/service-kit';
import type { Bus } from '@claude-codex/service-kit/bus';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import type { Logger } from '@claude-codex/service-kit/log';
import { SecretUnreadable, sealTo } from '@claude-codex/service-kit/secrets/secret-box';
import type { SecretStore } from './secret-store.ts';

interface Parts {
  bus: Bus;
  store: EventStore;
  secrets: SecretStore;
  log: Logger;
}

/**
 * Bus request `secrets.open`: a manager gets a stored value, sealed to the key it made for this request, so that
 * nothing readable crosses the bus. The instance named must be one the value was given for.
 */
export function serveSecrets({ bus, store, secrets, log }: Parts): () => void {
  async function open({ secretId, instanceId, publicKey }: OpenSecretRequest): Promise<OpenSecretAnswer> {
    const secret = await opened(secretId);
    const [queued] = await store.readStream(streamOf('instance', instanceId), { limit: 1 });
    if (secret === null) throw new DomainError(SECRET_LOST);
    if (queued?.type !== 'InstanceQueued') throw new DomainError('NOT_FOUND');
    const { taskId, repositoryId } = (queued as RecordedEventOf<'InstanceQueued'>).data;
    const within =
      secret.workspaceId === queued.meta.workspaceId &&
      (secret.remember === 'workspace' ||
        (secret.remember === 'repository' && secret.repositoryId === repositoryId) ||
        secret.taskId === taskId);
    if (!within) throw new DomainError('NOT_FOUND');
    return { name: secret.name, sealed: await sealTo(publicKey, secret.value) };
  }

  async function opened(secretId: string): ReturnType<SecretStore['open']> {
    try {
      return await secrets.open(secretId);
    } catch (error) {
      // Its backup was restored without the master key, or with another one.
      if (error instanceof SecretUnreadable) throw new DomainError(SECRET_LOST, {}, { cause: error });
      throw error;
    }
  }

  return serveJson(
    bus,
    subjects.secrets.open,
    OpenSecretRequest,
    (request) =>
      runWork(log, 'open-secret', { secretId: request.secretId, instanceId: request.instanceId }, () => open(request)),
    { queue: 'gateway' },
  );
}
