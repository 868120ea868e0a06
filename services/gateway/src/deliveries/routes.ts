import {
  DeliveriesQuery,
  DeliveriesView,
  DeliveryDetail,
  DeliveryReplayed,
  Id,
  RemoteForge,
  streamOf,
} from '@claude-codex/contracts';
import { pullRequestDecider } from '@claude-codex/domain/pull-request/decide';
import { fold, readWholeStream } from '@claude-codex/eventing';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { idFrom } from '@claude-codex/service-kit/ids';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import { commandContext } from '../commands/commands.ts';
import { refusal } from '../commands/problems.ts';
import type { Deps } from '../deps.ts';
import type { DeliveryLog } from './delivery-log.ts';
import { handOver } from './hand-over.ts';
import type { ReadDeliveries } from './read-deliveries.ts';
import type { Refusals } from './refusals.ts';
import type { KeptDeliveries } from './remove-old.ts';

const tags = ['forges'];
const params = z.object({ provider: RemoteForge });
const ofOne = params.extend({ id: Id });

type Parts = Pick<Deps, 'bus' | 'store'> & {
  log: DeliveryLog;
  reads: ReadDeliveries;
  refusals: Pick<Refusals, 'list'>;
  keeps: KeptDeliveries;
};

/** The log of webhook deliveries, for owners of the installation: it holds what came for every workspace. */
export function addDeliveryRoutes(app: HttpServer, { bus, store, log, reads, refusals, keeps }: Parts): void {
  app.get(
    '/api/forges/:provider/deliveries',
    {
      schema: {
        tags,
        operationId: 'listDeliveries',
        summary: 'Deliveries of webhooks and what became of them, the newest first',
        params,
        querystring: DeliveriesQuery,
        response: { 200: DeliveriesView },
      },
    },
    async ({ params: { provider }, query }) => ({
      ...(await reads.list(provider, query)),
      ...(await reads.kinds(provider)),
      refused: await refusals.list(provider),
      keeps,
    }),
  );

  app.get(
    '/api/forges/:provider/deliveries/:id',
    {
      schema: {
        tags,
        operationId: 'getDelivery',
        summary: 'One delivery with its payload, each time it was handled, and what it is about here',
        params: ofOne,
        response: { 200: DeliveryDetail },
      },
    },
    async (request) => {
      const { provider, id } = request.params;
      const found = await reads.find(provider, id);
      if (found === null) throw refusal('DELIVERY_NOT_FOUND');
      const ids = new Set(found.handlings.flatMap(({ pullRequestIds }) => pullRequestIds));
      const { workspaceId } = principalOf(request);
      const concerns = await Promise.all([...ids].map((pullRequestId) => concern(workspaceId, pullRequestId)));
      return { ...found, concerns: concerns.filter((one) => one !== null) };
    },
  );

  app.post(
    '/api/forges/:provider/deliveries/:id/replay',
    {
      schema: {
        tags,
        operationId: 'replayDelivery',
        summary: 'Handles a delivery again: what it is about is looked at once more. Recorded with who wished for it',
        params: ofOne,
        response: { 200: DeliveryReplayed },
      },
    },
    async (request) => {
      const { provider, id } = request.params;
      if ((await reads.find(provider, id)) === null) throw refusal('DELIVERY_NOT_FOUND');
      const { personId } = principalOf(request);
      const handlingId = idFrom(commandContext(request).commandId, 'replay');
      const delivery = await log.replay(id, { handlingId, personId });
      if (delivery === null) throw refusal('DELIVERY_WITHOUT_PAYLOAD');
      return { handlingId, isHandedOver: await handOver(bus, provider, delivery) };
    },
  );

  /** Null: it is of another workspace. */
  async function concern(workspaceId: string, pullRequestId: string) {
    const events = await readWholeStream(store, streamOf('pullrequest', pullRequestId));
    const state = fold(pullRequestDecider, events);
    if (state.status === 'none' || events[0]?.meta.workspaceId !== workspaceId) return null;
    const { taskId, title, number } = state;
    return { pullRequestId, taskId, title, number };
  }
}
