import type Sodium from 'libsodium-wrappers';
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

/** Makes the box at the first call; every call gets the same one. */
export type SecretBoxOnDemand = () => Promise<SecretBox>;

const VERSION = 'v1.';

let loaded: Promise<typeof Sodium> | null = null;

/** With its compiled program libsodium takes 6 MB; most processes run for days before somebody seals or opens a value. */
function loadSodium(): Promise<typeof Sodium> {
  loaded ??= import('libsodium-wrappers').then(async ({ default: sodium }) => {
    await sodium.ready;
    return sodium;
  });
  return loaded;
}

/** An inbox with a key of its own that is never written down: for passing one value between two processes. */
export async function createSealedInbox(): Promise<SealedInbox> {
  const sodium = await loadSodium();
  const { publicKey, privateKey } = sodium.crypto_box_keypair();
  return inboxOf(sodium, publicKey, privateKey);
}

function inboxOf(sodium: typeof Sodium, publicKey: Uint8Array, privateKey: Uint8Array): SealedInbox {
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
  const sodium = await loadSodium();
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

  return { ...inboxOf(sodium, publicKey, privateKey), encryptAtRest, decryptAtRest };
}

export function secretBoxOnDemand(master: MasterKey): SecretBoxOnDemand {
  let box: Promise<SecretBox> | null = null;
  return () => {
    box ??= createSecretBox(master);
    return box;
  };
}

/** Seals a value to somebody else's public key (base64 of 32 bytes), so that only they can open it. */
export async function sealTo(publicKey: string, value: string): Promise<string> {
  const sodium = await loadSodium();
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
