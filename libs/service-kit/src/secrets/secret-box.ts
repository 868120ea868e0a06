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

/** Takes in values that only the holder of its private key can read. */
export interface SealedInbox {
  /** To be handed out: base64 of the 32-byte X25519 key that `crypto_box_seal` takes. */
  readonly publicKey: string;
  /** Opens what was sealed to `publicKey`. Throws `SecretUnreadable`. */
  openSealed(sealed: string): string;
}

/** What the server keeps secrets with. Its `publicKey` goes to browsers. */
export interface SecretBox extends SealedInbox {
  /** Encrypts for keeping. `context` (say, the secret's id) must be the same to decrypt, so rows cannot be swapped. */
  encryptAtRest(value: string, context: string): string;
  /** Throws `SecretUnreadable`. */
  decryptAtRest(kept: string, context: string): string;
}

const VERSION = 'v1.';

/** An inbox with a key of its own that is never written down: for passing one value between two processes. */
export async function createSealedInbox(): Promise<SealedInbox> {
  await sodium.ready;
  const { publicKey, privateKey } = sodium.crypto_box_keypair();
  return inboxOf(publicKey, privateKey);
}

function inboxOf(publicKey: Uint8Array, privateKey: Uint8Array): SealedInbox {
  const base64 = sodium.base64_variants.ORIGINAL;
  return {
    publicKey: sodium.to_base64(publicKey, base64),
    openSealed: (sealed) =>
      readable(() =>
        sodium.to_string(sodium.crypto_box_seal_open(sodium.from_base64(sealed, base64), publicKey, privateKey)),
      ),
  };
}

/** Sealed boxes (X25519 + XSalsa20-Poly1305) coming in, XChaCha20-Poly1305 for what is kept. */
export async function createSecretBox(master: MasterKey): Promise<SecretBox> {
  await sodium.ready;
  const { publicKey, privateKey } = sodium.crypto_box_seed_keypair(master.derive('sealed-box'));
  const keptKey = master.derive('at-rest');

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

  return { ...inboxOf(publicKey, privateKey), encryptAtRest, decryptAtRest };
}

/** Seals a value to somebody else's public key (base64 of 32 bytes), so that only they can open it. */
export async function sealTo(publicKey: string, value: string): Promise<string> {
  await sodium.ready;
  const base64 = sodium.base64_variants.ORIGINAL;
  return readable(() => sodium.to_base64(sodium.crypto_box_seal(value, sodium.from_base64(publicKey, base64)), base64));
}

function readable(open: () => string): string {
  try {
    return open();
  } catch (cause) {
    throw new SecretUnreadable(cause);
  }
}
