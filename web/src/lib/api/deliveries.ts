import type {
  DeliveriesView,
  DeliveryDetail,
  DeliveryOutcome,
  DeliveryReplayed,
  RemoteForge,
  ResyncAnswer,
} from '@claude-codex/contracts';
import { request } from './client.ts';

export interface DeliveryQuery {
  readonly event?: string | undefined;
  readonly outcome?: DeliveryOutcome | undefined;
  readonly repository?: string | undefined;
  /** Older than this one. */
  readonly before?: string | undefined;
}

/** Deliveries of webhooks and what became of them, the newest first, fifty at a time. */
export const listDeliveries = (provider: RemoteForge, query: DeliveryQuery, signal: AbortSignal) =>
  request<DeliveriesView>('GET', `/forges/${provider}/deliveries`, undefined, { query: { ...query }, signal });
/** One with its payload and every time it was handled. */
export const getDelivery = (provider: RemoteForge, id: string, signal?: AbortSignal) =>
  request<DeliveryDetail>('GET', `/forges/${provider}/deliveries/${id}`, undefined, signal ? { signal } : {});
/** Handles it again, once for each `commandId`. */
export const replayDelivery = (provider: RemoteForge, id: string, commandId: string) =>
  request<DeliveryReplayed>('POST', `/forges/${provider}/deliveries/${id}/replay`, undefined, { commandId });

/** Looks at every followed pull request of the connection once. */
export const startResync = (provider: RemoteForge) => request<ResyncAnswer>('POST', `/forges/${provider}/resync`);
export const getResync = (provider: RemoteForge, signal: AbortSignal) =>
  request<ResyncAnswer>('GET', `/forges/${provider}/resync`, undefined, { signal });
