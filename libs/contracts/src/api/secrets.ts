import { z } from 'zod';

/** Bus request `secrets.open`: the manager asks for a stored value, sealed to the key it made for this one request. */
export const OpenSecretRequest = z.object({ secretId: z.string(), instanceId: z.string(), publicKey: z.base64() });
export type OpenSecretRequest = z.infer<typeof OpenSecretRequest>;
/** `sealed` is a libsodium sealed box (base64) to `publicKey`. */
export const OpenSecretAnswer = z.object({ name: z.string(), sealed: z.base64() });
/** Code of the refusal when the value's row is gone, or the key it was sealed with. */
export const SECRET_LOST = 'SECRET_LOST';
export type OpenSecretAnswer = z.infer<typeof OpenSecretAnswer>;
