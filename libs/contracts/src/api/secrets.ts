import { z } from 'zod';

/** Bus request `secrets.open`: the manager asks for a stored value, sealed to the key it made for this one request. */
export const OpenSecretRequest = z.object({ secretId: z.string(), instanceId: z.string(), publicKey: z.base64() });
export type OpenSecretRequest = z.infer<typeof OpenSecretRequest>;
/** `sealed` is a libsodium sealed box (base64) to `publicKey`. */
export const OpenSecretAnswer = z.object({ name: z.string(), sealed: z.base64() });
export type OpenSecretAnswer = z.infer<typeof OpenSecretAnswer>;
