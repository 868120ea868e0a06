import {
  type OpenSecretAnswer,
  OpenSecretRequest,
  type RememberedValueAnswer,
  RememberedValueRequest,
  SECRET_LOST,
} from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { subjects } from '@claude-codex/contracts/subjects';
import { DomainError, type EventStore } from '@claude-codex/eventing';
import { runWork } from '@claude-codex/service-kit';
import type { Bus } from '@claude-codex/service-kit/bus';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import type { Logger } from '@claude-codex/service-kit/log';
import { SecretUnreadable, sealTo } from '@claude-codex/service-kit/secrets/secret-box';
import type { RememberedValues } from './remembered-values.ts';
import type { SecretStore } from './secret-store.ts';

interface Parts {
  bus: Bus;
  store: EventStore;
  secrets: SecretStore;
  remembered: RememberedValues;
  log: Logger;
}

/**
 * Bus requests `secrets.open` and `secrets.remembered`: a manager gets a stored value, sealed to the key it made for this request, so that
 * nothing readable crosses the bus. The instance named must be one the value was given for. What was remembered is found
 * by the name an agent asks for.
 */
export function serveSecrets({ bus, store, secrets, remembered, log }: Parts): () => void {
  async function open({ secretId, instanceId, publicKey }: OpenSecretRequest): Promise<OpenSecretAnswer> {
    const secret = await opened(secretId);
    if (secret === null) throw new DomainError(SECRET_LOST);
    const { taskId, repositoryId, workspaceId } = await placeOf(instanceId);
    const within =
      secret.workspaceId === workspaceId &&
      (secret.remember === 'workspace' ||
        (secret.remember === 'repository' && secret.repositoryId === repositoryId) ||
        secret.taskId === taskId);
    if (!within) throw new DomainError('NOT_FOUND');
    await secrets.used(secretId, taskId);
    return { name: secret.name, sealed: await sealTo(publicKey, secret.value) };
  }

  async function find({ instanceId, name }: RememberedValueRequest): Promise<RememberedValueAnswer> {
    const { workspaceId, repositoryId } = await placeOf(instanceId);
    return remembered.find({ workspaceId, repositoryId, name });
  }

  async function placeOf(instanceId: string) {
    const [queued] = await store.readStream(streamOf('instance', instanceId), { limit: 1 });
    if (queued?.type !== 'InstanceQueued') throw new DomainError('NOT_FOUND');
    const { taskId, repositoryId } = queued.data;
    return { taskId, repositoryId, workspaceId: queued.meta.workspaceId };
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

  const { secrets: subject } = subjects;
  const served = [
    serveJson(
      bus,
      subject.open,
      OpenSecretRequest,
      (request) =>
        runWork(log, 'open-secret', { secretId: request.secretId, instanceId: request.instanceId }, () =>
          open(request),
        ),
      { queue: 'gateway' },
    ),
    serveJson(bus, subject.remembered, RememberedValueRequest, find, { queue: 'gateway' }),
  ];
  return () => {
    for (const stop of served) stop();
  };
}
