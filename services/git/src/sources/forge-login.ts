import { GitAccessAnswer, subjects } from '@claude-codex/contracts';
import { type Bus, BusRemoteError } from '@claude-codex/service-kit/bus';
import { requestJson } from '@claude-codex/service-kit/bus-json';
import { createSealedInbox } from '@claude-codex/service-kit/secrets/secret-box';
import type { ForgeSource, GitLogin } from './source-access.ts';
import { refusal } from './source-refusal.ts';

/** A token may have to be made for it at the forge. */
const TIMEOUT_MS = 15_000;

/**
 * How git signs in at a forge: asked anew for each use of the service that holds the workspace's credential, sealed to a
 * key made for this one answer. Throws `SourceUnavailable`.
 */
export async function forgeLogin(bus: Bus, { provider, connectionId, slug, url }: ForgeSource): Promise<GitLogin> {
  const inbox = await createSealedInbox();
  const request = { provider, connectionId, slug, publicKey: inbox.publicKey };
  try {
    const subject = subjects.forge(provider).gitAccess;
    const { user, sealed } = await requestJson(bus, subject, request, GitAccessAnswer, { timeoutMs: TIMEOUT_MS });
    return { address: url, user, password: inbox.openSealed(sealed) };
  } catch (cause) {
    const words = cause instanceof BusRemoteError && typeof cause.detail === 'string' ? cause.detail : null;
    if (words !== null) throw refusal('FORGE_ACCESS_DENIED', { slug, words }, { cause });
    throw refusal('FORGE_SILENT', { slug }, { cause });
  }
}
