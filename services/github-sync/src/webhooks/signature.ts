import { Webhooks } from '@octokit/webhooks';

/** What deliveries may be signed with. `name`: what the log of deliveries calls it. */
export interface SigningSecret {
  readonly name: string;
  readonly secret: string;
}

/** The name of the secret that a body was signed with; null: with none of ours. */
export type SignatureCheck = (body: string, signature: string | undefined) => Promise<string | null>;

const SIGNATURE = /^sha256=[0-9a-f]{64}$/;

/**
 * Compares in constant time (octokit does). While a secret is being replaced both are accepted: GitHub switches at a
 * moment of its own.
 */
export function createSignatureCheck(secrets: readonly SigningSecret[]): SignatureCheck {
  const checks = secrets.map(({ name, secret }) => ({ name, webhooks: new Webhooks({ secret }) }));
  return async (body, signature) => {
    if (signature === undefined || !SIGNATURE.test(signature)) return null;
    for (const { name, webhooks } of checks) {
      if (await webhooks.verify(body, signature)) return name;
    }
    return null;
  };
}
