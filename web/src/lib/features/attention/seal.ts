import { secretsKey } from '#lib/api/answers.ts';

/**
 * Seals a value to the server's key with libsodium's sealed box (base64). Only the server can open it; not even this
 * page can read it again.
 */
export async function seal(value: string): Promise<string> {
  const [{ default: sodium }, { publicKey }] = await Promise.all([import('libsodium-wrappers'), secretsKey()]);
  await sodium.ready;
  const key = sodium.from_base64(publicKey, sodium.base64_variants.ORIGINAL);
  const sealed = sodium.crypto_box_seal(sodium.from_string(value), key);
  return sodium.to_base64(sealed, sodium.base64_variants.ORIGINAL);
}
