import sodium from 'libsodium-wrappers';
import type { MasterKey } from './master-key.ts';

/** A value could not be opened: sealed to another key, kept under another name, or changed on the way. */
export class SecretUnreadable extends Error {
  readonly code = 'SEALED_VALUE_INVALID';

  constructor(cause?: unknown) {
    super('The value cannot be opened with this server’s key', { cause });
    this.name = 'SecretUnreadable';
  }
}

export interface SecretBox {
  /** For browsers: base64 of the 32-byte X25519 key that `crypto_box_seal` takes. */
  readonly publicKey: string;
  /** Seals for this server, as a browser does; base64. */
  seal(value: string): string;
  /** Opens what was sealed to `publicKey`. Throws `SecretUnreadable`. */
  openSealed(sealed: string): string;
  /** Encrypts for keeping. `context` (say, the secret's id) must be the same to decrypt, so rows cannot be swapped. */
  encryptAtRest(value: string, context: string): string;
  /** Throws `SecretUnreadable`. */
  decryptAtRest(kept: string, context: string): string;
}

const VERSION = 'v1.';

/** Sealed boxes (X25519 + XSalsa20-Poly1305) coming in, XChaCha20-Poly1305 for what is kept. */
export async function createSecretBox(master: MasterKey): Promise<SecretBox> {
  await sodium.ready;
  const { publicKey, privateKey } = sodium.crypto_box_seed_keypair(master.derive('sealed-box'));
  const keptKey = master.derive('at-rest');
  const base64 = sodium.base64_variants.ORIGINAL;

  function openSealed(sealed: string): string {
    return readable(() =>
      sodium.to_string(sodium.crypto_box_seal_open(sodium.from_base64(sealed, base64), publicKey, privateKey)),
    );
  }

  function encryptAtRest(value: string, context: string): string {
    const nonce = sodium.randombytes_buf(sodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
    const cipher = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(value, context, null, nonce, keptKey);
    return VERSION + Buffer.concat([nonce, cipher]).toString('base64');
  }

  function decryptAtRest(kept: string, context: string): string {
    return readable(() => {
      if (!kept.startsWith(VERSION)) throw new Error('unknown format');
      const bytes = Buffer.from(kept.slice(VERSION.length), 'base64');
      const nonceBytes = sodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
      const [nonce, cipher] = [bytes.subarray(0, nonceBytes), bytes.subarray(nonceBytes)];
      return sodium.to_string(sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, cipher, context, nonce, keptKey));
    });
  }

  return {
    publicKey: sodium.to_base64(publicKey, base64),
    seal: (value) => sodium.to_base64(sodium.crypto_box_seal(value, publicKey), base64),
    openSealed,
    encryptAtRest,
    decryptAtRest,
  };
}

function readable(open: () => string): string {
  try {
    return open();
  } catch (cause) {
    throw new SecretUnreadable(cause);
  }
}
