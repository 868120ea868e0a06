import {
  ArrivedDelivery,
  HandOverRequest,
  SettleDeliveryRequest,
  subjects,
  UnknownDeliveries,
} from '@claude-codex/contracts';
import { runWork } from '@claude-codex/service-kit';
import type { Bus } from '@claude-codex/service-kit/bus';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import type { Logger } from '@claude-codex/service-kit/log';
import type { DeliveryLog } from './delivery-log.ts';
import { handOver } from './hand-over.ts';

const LOST = {
  outcome: 'failed',
  detail: 'It was too large to be kept, and the server stopped before it was handled. It is not tried again.',
  tries: 0,
} as const;
const QUEUE = { queue: 'gateway' };

/** Bus requests of the services that speak to forges: they know what a delivery means, and the gateway keeps it. */
export function serveDeliveries({ bus, deliveries, log }: { bus: Bus; deliveries: DeliveryLog; log: Logger }) {
  async function handOverOld({ provider, olderThanMs }: HandOverRequest): Promise<{ count: number }> {
    let count = 0;
    for (const handlingId of await deliveries.unsettled(provider, olderThanMs)) {
      const delivery = await deliveries.toHandle(handlingId);
      if (delivery === null) {
        await deliveries.settle({ handlingId, pullRequestIds: [], ...LOST });
        continue;
      }
      if (!(await handOver(bus, provider, delivery))) break;
      count += 1;
    }
    return { count };
  }

  const { keep, settle, handOver: handOverSubject, unknown } = subjects.deliveries;
  const stops = [
    serveJson(
      bus,
      keep,
      ArrivedDelivery,
      (arrived) => {
        const { provider, event, guid } = arrived;
        return runWork(log, 'keep-delivery', { provider, event, guid }, () => deliveries.keep(arrived));
      },
      QUEUE,
    ),
    serveJson(bus, settle, SettleDeliveryRequest, (result) => deliveries.settle(result), QUEUE),
    serveJson(bus, handOverSubject, HandOverRequest, handOverOld, QUEUE),
    serveJson(
      bus,
      unknown,
      UnknownDeliveries,
      async ({ provider, guids }) => ({ guids: await deliveries.unknown(provider, guids) }),
      QUEUE,
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
