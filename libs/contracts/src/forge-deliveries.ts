import { z } from 'zod';
import { RemoteForge } from './forge.ts';
import { Id } from './ids.ts';

/** Bus requests about the deliveries of webhooks, served by the gateway, which keeps them: `subjects.deliveries`. */

/** A payload with more characters is not kept; that it came is. The bus carries it, at twice its size at most. */
export const MAX_KEPT_PAYLOAD = 512 * 1024;

/**
 * What became of a delivery. `waiting`: nothing yet. `handled`: what it is about was looked at afterwards. `no_effect`:
 * nothing here is about it. `repeated`: its body came before. `failed`: not yet, and it is tried again unless `detail`
 * says otherwise.
 */
export const DeliveryOutcome = z.enum(['waiting', 'handled', 'no_effect', 'repeated', 'failed']);
export type DeliveryOutcome = z.infer<typeof DeliveryOutcome>;

/** Why a delivery was refused: nothing of it is kept, each is counted. */
export const DeliveryRefusal = z.enum(['signature', 'not_json', 'too_large', 'not_set_up', 'not_ready', 'too_many']);
export type DeliveryRefusal = z.infer<typeof DeliveryRefusal>;

/** One time a delivery was handled: at once when it came, and whenever a person wished for it. */
export const DeliveryResult = z.object({
  outcome: DeliveryOutcome,
  /** A sentence for a person. */
  detail: z.string(),
  /** What it made us look at. */
  pullRequestIds: z.array(Id),
  /** How often looking was tried. */
  tries: z.number().int(),
});
export type DeliveryResult = z.infer<typeof DeliveryResult>;

/** A delivery whose signature was right, or one that was read from the forge's own list. */
export const ArrivedDelivery = z.object({
  provider: RemoteForge,
  /** The forge's id of it. Not signed. */
  guid: z.string(),
  /** Not signed either. */
  event: z.string(),
  action: z.string().nullable(),
  /** `owner/name`. */
  repository: z.string().nullable(),
  /** Login. */
  sender: z.string().nullable(),
  /** Which secret: `environment`, `environment_previous`, `app:<id>`; `api`: it never came and was read from the list. */
  signedWith: z.string(),
  /** Of the body as it came. */
  bytes: z.number().int(),
  /** SHA-256 of the payload, hex. The same for JSON and for a form. */
  bodyHash: z.string().regex(/^[0-9a-f]{64}$/),
  /** JSON. Null: larger than `MAX_KEPT_PAYLOAD`. */
  payload: z.string().max(MAX_KEPT_PAYLOAD).nullable(),
});
export type ArrivedDelivery = z.infer<typeof ArrivedDelivery>;

/** `deliveries.keep`: stored when this is answered. A body that came before is kept as `repeated`, and nothing follows. */
export const KeepDeliveryAnswer = z.object({ deliveryId: Id, handlingId: Id, isRepeated: z.boolean() });
export type KeepDeliveryAnswer = z.infer<typeof KeepDeliveryAnswer>;

/** `deliveries.settle`: what became of it so far. */
export const SettleDeliveryRequest = DeliveryResult.extend({ handlingId: Id });
export type SettleDeliveryRequest = z.infer<typeof SettleDeliveryRequest>;

/** What the service that speaks to a forge is asked to handle: `subjects.forge(provider).handleDelivery`. */
export const DeliveryToHandle = z.object({ handlingId: Id, event: z.string(), payload: z.string() });
export type DeliveryToHandle = z.infer<typeof DeliveryToHandle>;

/** `deliveries.hand-over`: what nothing became of that came at least so long ago is handed over once more. */
export const HandOverRequest = z.object({ provider: RemoteForge, olderThanMs: z.number().int() });
export type HandOverRequest = z.infer<typeof HandOverRequest>;
export const HandOverAnswer = z.object({ count: z.number().int() });

/** `deliveries.unknown`: those of `guids` that never came, as far as is kept. */
export const UnknownDeliveries = z.object({ provider: RemoteForge, guids: z.array(z.string()).max(1_000) });
export type UnknownDeliveries = z.infer<typeof UnknownDeliveries>;
export const UnknownDeliveriesAnswer = z.object({ guids: z.array(z.string()) });

/** `resync`: every followed pull request of a connection is looked at once. Asked again it says how far that is. */
export const ResyncRequest = z.object({ connectionId: Id, start: z.boolean() });
export type ResyncRequest = z.infer<typeof ResyncRequest>;
/** Null: none was begun since the service started. */
export const ResyncAnswer = z.object({
  round: z
    .object({
      startedAt: z.iso.datetime(),
      total: z.number().int(),
      done: z.number().int(),
      /** Of `total`, those that the forge did not tell of yet; they are tried again. */
      failing: z.number().int(),
      /** Why the last of these failed. */
      detail: z.string().nullable(),
    })
    .nullable(),
});
export type ResyncAnswer = z.infer<typeof ResyncAnswer>;
