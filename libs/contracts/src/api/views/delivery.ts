import { z } from 'zod';
import { DeliveryOutcome, DeliveryRefusal, DeliveryResult } from '../../forge-deliveries.ts';
import { Id } from '../../ids.ts';

/** One line of the log of deliveries. */
export const DeliveryView = z.object({
  id: Id,
  guid: z.string(),
  event: z.string(),
  action: z.string().nullable(),
  repository: z.string().nullable(),
  sender: z.string().nullable(),
  receivedAt: z.iso.datetime(),
  /** `environment`, `environment_previous`, `app:<id>` or `api`. */
  signedWith: z.string(),
  bytes: z.number(),
  /** What became of it when it came. */
  result: DeliveryResult,
  /** How often a person had it handled again. */
  replays: z.number(),
});
export type DeliveryView = z.infer<typeof DeliveryView>;

/** `GET /api/forges/:provider/deliveries`, the newest first. */
export const DeliveriesView = z.object({
  deliveries: z.array(DeliveryView),
  /** To be asked with as `before`; null: there are no older ones. */
  next: Id.nullable(),
  /** Everything that can be filtered by. */
  events: z.array(z.string()),
  repositories: z.array(z.string()),
  /** Of the days that are kept. */
  refused: z.array(z.object({ reason: DeliveryRefusal, count: z.number(), lastAt: z.iso.datetime() })),
  /** Older ones, and more of them, are removed. */
  keeps: z.object({ days: z.number(), count: z.number() }),
});
export type DeliveriesView = z.infer<typeof DeliveriesView>;

export const DeliveriesQuery = z.strictObject({
  event: z.string().max(100).optional(),
  outcome: DeliveryOutcome.optional(),
  repository: z.string().max(200).optional(),
  before: Id.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type DeliveriesQuery = z.infer<typeof DeliveriesQuery>;

/** One time it was handled. */
export const DeliveryHandlingView = DeliveryResult.extend({
  id: Id,
  /** Who wished for it; null: it came. */
  personId: z.string().nullable(),
  beganAt: z.iso.datetime(),
  settledAt: z.iso.datetime().nullable(),
});
export type DeliveryHandlingView = z.infer<typeof DeliveryHandlingView>;

/** `GET /api/forges/:provider/deliveries/:id` */
export const DeliveryDetail = DeliveryView.extend({
  bodyHash: z.string(),
  /** JSON as it was signed; null where it is not kept. */
  payload: z.string().nullable(),
  /** The one that had this body first; null: this one. */
  repeatOf: Id.nullable(),
  handlings: z.array(DeliveryHandlingView),
  /** What it is about here. */
  concerns: z.array(z.object({ pullRequestId: Id, taskId: Id, title: z.string(), number: z.number().nullable() })),
});
export type DeliveryDetail = z.infer<typeof DeliveryDetail>;

/** `isHandedOver`: false while the service that speaks to the forge does not answer; it goes on when it starts. */
export const DeliveryReplayed = z.object({ handlingId: Id, isHandedOver: z.boolean() });
export type DeliveryReplayed = z.infer<typeof DeliveryReplayed>;
