import { z } from 'zod';
import { dependencyEvents } from '../dependency/events.ts';
import { Id } from '../ids.ts';

/** Bus request `secrets.open`: the manager asks for a stored value, sealed to the key it made for this one request. */
export const OpenSecretRequest = z.object({ secretId: z.string(), instanceId: z.string(), publicKey: z.base64() });
export type OpenSecretRequest = z.infer<typeof OpenSecretRequest>;
/** `sealed` is a libsodium sealed box (base64) to `publicKey`. */
export const OpenSecretAnswer = z.object({ name: z.string(), sealed: z.base64() });
/** Code of the refusal when the value's row is gone, or the key it was sealed with. */
export const SECRET_LOST = 'SECRET_LOST';
export type OpenSecretAnswer = z.infer<typeof OpenSecretAnswer>;

/** Bus request `secrets.remembered`: what an agent asks for by name may have been remembered for its repository or workspace. */
export const RememberedValueRequest = z.object({ instanceId: Id, name: z.string() });
export type RememberedValueRequest = z.infer<typeof RememberedValueRequest>;
export const RememberedValueAnswer = dependencyEvents.DependencyProvided.nullable();
export type RememberedValueAnswer = z.infer<typeof RememberedValueAnswer>;

/** A value somebody let the server remember: what is known about it, never itself. */
export const RememberedValueView = z.object({
  id: Id,
  name: z.string(),
  /** Null: for every repository of the workspace. */
  repositoryId: Id.nullable(),
  givenBy: z.string(),
  givenAt: z.string(),
  /** Tasks whose agents it was given to, the latest first. */
  uses: z.array(z.object({ taskId: Id, number: z.number().nullable(), title: z.string().nullable(), at: z.string() })),
});
export type RememberedValueView = z.infer<typeof RememberedValueView>;
export const RememberedValuesView = z.object({ values: z.array(RememberedValueView) });
export type RememberedValuesView = z.infer<typeof RememberedValuesView>;
