import { GitAccessAnswer, subjects } from '@claude-codex/contracts';
import { type Bus, BusRemoteError } from '@claude-codex/service-kit/bus';
import { requestJson } from '@claude-codex/service-kit/bus-json';
import { createSealedInbox } from '@claude-codex/service-kit/secrets/secret-box';
import type { ForgeSource, GitLogin } from './source-access.ts';
import { refusal } from './source-refusal.ts';

/** The forge cannot be asked now, which says nothing about this repository. */
const PASSING = new Set(['FORGE_UNREACHABLE', 'FORGE_LIMITED']);
/** A token may have to be made for it at the forge. */
const TIMEOUT_MS = 15_000;

/**
 * How git signs in at a forge: asked anew for each use of the service that holds the workspace's credential, sealed to a
 * key made for this one answer. Throws `SourceUnavailable`.
 */
export async function forgeLogin(bus: Bus, { provider, connectionId, slug, url }: ForgeSource): Promise<GitLogin> {
  const inbox = await createSealedInbox();
  const request = { connectionId, slug, publicKey: inbox.publicKey };
  try {
    const subject = subjects.forge(provider).gitAccess;
    const { user, sealed } = await requestJson(bus, subject, request, GitAccessAnswer, { timeoutMs: TIMEOUT_MS });
    return { address: url, user, password: inbox.openSealed(sealed) };
  } catch (cause) {
    const refused = cause instanceof BusRemoteError && !PASSING.has(cause.code) ? cause : null;
    const words = typeof refused?.detail === 'string' ? refused.detail : null;
    if (words !== null) throw refusal('FORGE_ACCESS_DENIED', { slug, words }, { cause });
    throw refusal('FORGE_SILENT', { slug }, { cause });
  }
}
