import { z } from 'zod';

/** What may be wrong with the model provider while an agent waits for its answer. */
export const ProviderCause = z.enum([
  'model_credential_refused',
  'model_no_credit',
  'model_not_allowed',
  'model_unknown',
  /** What answers is no provider, or sends elsewhere. */
  'model_address_wrong',
  'model_limit',
  'model_overloaded',
  'model_failing',
  'model_unreachable',
  'model_silent',
]);
export type ProviderCause = z.infer<typeof ProviderCause>;
