import {
  ArrivedDelivery,
  type DeliveryResult,
  HandOverRequest,
  SettleDeliveryRequest,
  subjects,
  UnknownDeliveries,
} from '@claude-codex/contracts';
import type { Bus } from '@claude-codex/service-kit/bus';
import { requestJson, serveJson } from '@claude-codex/service-kit/bus-json';
import { newId } from '@claude-codex/service-kit/ids';
import { z } from 'zod';

export interface JournalLine {
  readonly handlingId: string;
  readonly arrived: ArrivedDelivery;
  result: DeliveryResult;
}

/** The gateway's log of deliveries, in memory. */
export interface JournalDouble {
  readonly lines: readonly JournalLine[];
  /** As the gateway does when a person wishes for it. */
  replay(line: JournalLine): Promise<void>;
  stop(): void;
}

const NOTHING_YET: DeliveryResult = { outcome: 'waiting', detail: '', pullRequestIds: [], tries: 0 };

export function serveJournal(bus: Bus): JournalDouble {
  const lines: JournalLine[] = [];
  const { keep, settle, handOver, unknown } = subjects.deliveries;
  const hand = ({ handlingId, arrived: { provider, event, payload } }: JournalLine) => {
    const body = { handlingId, event, payload };
    return requestJson(bus, subjects.forge(provider).handleDelivery, body, z.unknown(), { timeoutMs: 5_000 });
  };
  const stops = [
    serveJson(bus, keep, ArrivedDelivery, async (arrived) => {
      const isRepeated = lines.some((line) => line.arrived.bodyHash === arrived.bodyHash);
      const result = isRepeated ? { ...NOTHING_YET, outcome: 'repeated' as const } : NOTHING_YET;
      const line = { handlingId: newId(), arrived, result };
      lines.push(line);
      return { deliveryId: newId(), handlingId: line.handlingId, isRepeated };
    }),
    serveJson(bus, settle, SettleDeliveryRequest, async ({ handlingId, ...result }) => {
      const line = lines.find((one) => one.handlingId === handlingId);
      if (line !== undefined) line.result = result;
    }),
    serveJson(bus, handOver, HandOverRequest, async () => {
      const open = lines.filter(({ result: { outcome } }) => outcome === 'waiting' || outcome === 'failed');
      for (const line of open) await hand(line);
      return { count: open.length };
    }),
    serveJson(bus, unknown, UnknownDeliveries, async ({ guids }) => ({
      guids: guids.filter((guid) => !lines.some(({ arrived }) => arrived.guid === guid)),
    })),
  ];
  return {
    lines,
    async replay({ arrived }) {
      const line = { handlingId: newId(), arrived, result: NOTHING_YET };
      lines.push(line);
      await hand(line);
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}
