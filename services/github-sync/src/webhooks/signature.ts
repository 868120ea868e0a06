import { Webhooks } from '@octokit/webhooks';

/** Says whether a body was signed with one of our secrets. */
export type SignatureCheck = (body: string, signature: string | undefined) => Promise<boolean>;

const SIGNATURE = /^sha256=[0-9a-f]{64}$/;

/**
 * Compares in constant time (octokit does). While a secret is being replaced both are accepted: GitHub switches at a
 * moment of its own.
 */
export function createSignatureCheck(secrets: readonly string[]): SignatureCheck {
  const checks = secrets.map((secret) => new Webhooks({ secret }));
  return async (body, signature) => {
    if (signature === undefined || !SIGNATURE.test(signature)) return false;
    for (const check of checks) {
      if (await check.verify(body, signature)) return true;
    }
    return false;
  };
}
