import { type DeliveryToHandle, type RemoteForge, subjects } from '@claude-codex/contracts';
import { type Bus, BusNoResponder, BusTimeout } from '@claude-codex/service-kit/bus';
import { requestJson } from '@claude-codex/service-kit/bus-json';
import { z } from 'zod';

const TIMEOUT_MS = 5_000;

/**
 * Has the service that speaks to the forge handle a delivery. False: it does not answer; it asks for what waits when it
 * starts.
 */
export async function handOver(bus: Bus, provider: RemoteForge, delivery: DeliveryToHandle): Promise<boolean> {
  try {
    await requestJson(bus, subjects.forge(provider).handleDelivery, delivery, z.unknown(), { timeoutMs: TIMEOUT_MS });
    return true;
  } catch (error) {
    if (error instanceof BusNoResponder || error instanceof BusTimeout) return false;
    throw error;
  }
}
