import { createPrivateKey } from 'node:crypto';
import type { AppCredential } from '@claude-codex/contracts';
import { ForgeAway } from '@claude-codex/forges/remote-forge';

/** GitHub's clock may be behind ours; it takes none that lives for more than ten minutes. */
const EARLIER_SECONDS = 60;
const LASTS_SECONDS = 9 * 60;

/**
 * What an app shows GitHub to be itself, signed by its key. It reaches no repository.
 * @param now ms since 1970
 * @throws {ForgeAway} when the key is none
 */
export async function appJwt(
  { clientId, privateKey }: Pick<AppCredential, 'clientId' | 'privateKey'>,
  now: number,
): Promise<string> {
  const { SignJWT } = await import('jose');
  const at = Math.floor(now / 1_000);
  return new SignJWT({})
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .setIssuer(clientId)
    .setIssuedAt(at - EARLIER_SECONDS)
    .setExpirationTime(at + LASTS_SECONDS)
    .sign(keyOf(privateKey));
}

/** GitHub's keys are PKCS#1, which Web Crypto does not read. */
function keyOf(pem: string) {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new ForgeAway('forge_credential_refused', 'The private key of the app is not a key.', { cause });
  }
}
