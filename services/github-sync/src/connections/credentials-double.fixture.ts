import { type ForgeCredential, ForgeCredentialRequest, subjects } from '@claude-codex/contracts';
import { DomainError } from '@claude-codex/eventing';
import type { Bus } from '@claude-codex/service-kit/bus';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { sealTo } from '@claude-codex/service-kit/secrets/secret-box';

/** Gives credentials as the gateway does: sealed to whoever asks. */
export function serveCredentials(bus: Bus, credentials: ReadonlyMap<string, ForgeCredential>): () => void {
  return serveJson(bus, subjects.secrets.forgeCredential, ForgeCredentialRequest, async (request) => {
    const found = credentials.get(request.credentialId);
    if (found === undefined) throw new DomainError('NOT_FOUND');
    return { sealed: await sealTo(request.publicKey, JSON.stringify(found)) };
  });
}
