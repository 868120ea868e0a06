import {
  type ArrivedDelivery,
  HandOverAnswer,
  KeepDeliveryAnswer,
  type RemoteForge,
  type SettleDeliveryRequest,
  subjects,
  UnknownDeliveriesAnswer,
} from '@claude-codex/contracts';
import type { Bus } from '@claude-codex/service-kit/bus';
import { requestJson } from '@claude-codex/service-kit/bus-json';
import { z } from 'zod';

/** The log of deliveries, which the gateway keeps. Everything throws when the gateway does not answer. */
export interface DeliveryJournal {
  /** Stored when this resolves. */
  keep(arrived: Omit<ArrivedDelivery, 'provider'>): Promise<KeepDeliveryAnswer>;
  settle(result: SettleDeliveryRequest): Promise<void>;
  /** Has what nothing became of given to this service once more. */
  handOver(olderThanMs: number): Promise<void>;
  /** Those that never came. */
  unknown(guids: readonly string[]): Promise<readonly string[]>;
}

const TIMEOUT_MS = 5_000;
/** Many are given one after the other. */
const HAND_OVER_MS = 60_000;

export function createDeliveryJournal(provider: RemoteForge, bus: Bus): DeliveryJournal {
  const { keep, settle, handOver, unknown } = subjects.deliveries;
  const soon = { timeoutMs: TIMEOUT_MS };
  return {
    keep: (arrived) => requestJson(bus, keep, { provider, ...arrived }, KeepDeliveryAnswer, soon),
    async settle(result) {
      await requestJson(bus, settle, result, z.unknown(), soon);
    },
    async handOver(olderThanMs) {
      await requestJson(bus, handOver, { provider, olderThanMs }, HandOverAnswer, { timeoutMs: HAND_OVER_MS });
    },
    async unknown(guids) {
      return (await requestJson(bus, unknown, { provider, guids }, UnknownDeliveriesAnswer, soon)).guids;
    },
  };
}
