import { OpenSecretAnswer, subjects } from '@claude-codex/contracts';
import { requestJson } from '@claude-codex/service-kit/bus-json';
import { createSealedInbox } from '@claude-codex/service-kit/secrets/secret-box';
import type { ManagerParts } from './parts.ts';

const TIMEOUT_MS = 5_000;

/** Gets a value a person gave. It crosses the bus sealed to a key that exists for this one request. */
export async function openSecret(
  { bus }: Pick<ManagerParts, 'bus'>,
  secretId: string,
  instanceId: string,
): Promise<{ name: string; value: string }> {
  const inbox = await createSealedInbox();
  const request = { secretId, instanceId, publicKey: inbox.publicKey };
  const answer = await requestJson(bus, subjects.secrets.open, request, OpenSecretAnswer, { timeoutMs: TIMEOUT_MS });
  return { name: answer.name, value: inbox.openSealed(answer.sealed) };
}
