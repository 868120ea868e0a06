import { OpenSecretAnswer, SECRET_LOST, streamOf, subjects } from '@claude-codex/contracts';
import { dependencyDecider } from '@claude-codex/domain';
import { handleCommand } from '@claude-codex/eventing';
import { BusNoResponder, BusRemoteError, BusTimeout } from '@claude-codex/service-kit/bus';
import { requestJson } from '@claude-codex/service-kit/bus-json';
import { idFrom } from '@claude-codex/service-kit/ids';
import { createSealedInbox } from '@claude-codex/service-kit/secrets/secret-box';
import type { WorldDependency, WorldInstance } from '../world/world.ts';
import { metaOf } from './commands.ts';
import type { OpeningValues, Recording } from './ports.ts';

const TIMEOUT_MS = 5_000;

/**
 * Gets a value a person gave. It crosses the bus sealed to a key that exists for this one request. Null when nobody can
 * open it any more; the agent that had asked for it then asks again, by an event.
 */
export async function openSecret(
  parts: Omit<OpeningValues, 'world'>,
  instance: WorldInstance,
  dependency: WorldDependency,
  secretId: string,
): Promise<{ name: string; value: string } | null> {
  const inbox = await createSealedInbox();
  const request = { secretId, instanceId: instance.id, publicKey: inbox.publicKey };
  try {
    const { name, sealed } = await requestJson(parts.bus, subjects.secrets.open, request, OpenSecretAnswer, {
      timeoutMs: TIMEOUT_MS,
    });
    return { name, value: inbox.openSealed(sealed) };
  } catch (error) {
    if (!(error instanceof BusRemoteError && error.code === SECRET_LOST)) throw error;
    parts.log.warn({ instanceId: instance.id, dependencyId: dependency.id }, 'a value cannot be opened any more');
    // One that is only remembered from elsewhere: whoever misses it asks.
    if (dependency.state.requested.instanceId === instance.id) await askAgain(parts, instance, dependency, secretId);
    return null;
  }
}

/** Whether whoever opens values gave no answer: it may a moment later. */
export function isAway(error: unknown): boolean {
  return error instanceof BusTimeout || error instanceof BusNoResponder;
}

async function askAgain(
  parts: Recording,
  instance: WorldInstance,
  { id }: WorldDependency,
  secretId: string,
): Promise<void> {
  const { position } = await handleCommand(parts.store, {
    commandId: idFrom('value-lost', id, secretId),
    meta: metaOf(instance),
    stream: streamOf('dependency', id),
    decider: dependencyDecider,
    command: { type: 'ReportLostValue', secretId },
  });
  if (position !== null) await parts.followed.reached(position);
}
