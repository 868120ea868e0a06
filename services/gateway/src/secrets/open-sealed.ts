import { Problem } from '@claude-codex/service-kit/http/problem';
import { type SecretBoxOnDemand, SecretUnreadable } from '@claude-codex/service-kit/secrets/secret-box';

/** What a browser sealed to the server's key into `body.sealed`. Throws a problem when it was sealed to another one. */
export async function openSealed(secrets: SecretBoxOnDemand, sealed: string): Promise<string> {
  const box = await secrets();
  try {
    return box.openSealed(sealed);
  } catch (error) {
    if (error instanceof SecretUnreadable) {
      throw sealedValueInvalid('a value sealed with the key of GET /api/secrets/key', error);
    }
    throw error;
  }
}

/** `detail`: what is wrong in the words of whoever typed it; without it `expected` has to do. */
export function sealedValueInvalid(expected: string, cause?: unknown, detail?: string): Problem {
  return new Problem('SEALED_VALUE_INVALID', {
    detail: detail ?? `body.sealed: expected ${expected}`,
    errors: [{ field: 'body.sealed', code: 'SEALED_VALUE_INVALID', expected }],
    cause,
  });
}
