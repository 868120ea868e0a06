import type { Hook, Repository } from '../state.ts';
import type { Delivery } from '../webhooks/delivery.ts';
import type { Addresses } from '../world.ts';
import { repositoryUrl, type Schemas, time } from './common.ts';

export function hookShape(at: Addresses, repository: Repository, hook: Hook): Schemas['hook'] {
  const url = `${repositoryUrl(at, repository)}/hooks/${hook.id}`;
  return {
    type: 'Repository',
    id: hook.id,
    name: 'web',
    active: hook.active,
    events: [...hook.events],
    config: {
      url: hook.url,
      content_type: hook.contentType,
      insecure_ssl: '0',
      // GitHub never shows it again.
      ...(hook.secret === null ? {} : { secret: '********' }),
    },
    created_at: time(hook.createdAt),
    updated_at: time(hook.createdAt),
    url,
    test_url: `${url}/test`,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    last_response: {
      code: hook.lastStatus,
      status: hook.lastStatus === null ? 'unused' : 'active',
      message: hook.lastStatus === null ? null : 'OK',
    },
  };
}

/** One entry of the list of deliveries. */
export function deliveryShape(delivery: Delivery) {
  const { id, guid, statusCode, event, action } = delivery;
  return {
    id,
    guid,
    delivered_at: delivery.deliveredAt.toISOString(),
    redelivery: delivery.redelivery,
    duration: Math.round(delivery.seconds * 100) / 100,
    status: statusText(statusCode),
    status_code: statusCode ?? 0,
    event,
    action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  } satisfies Schemas['hook-delivery-item'];
}

/** With what was sent. */
export function longDelivery(delivery: Delivery): Schemas['hook-delivery'] {
  const headers = { 'X-GitHub-Delivery': delivery.guid, 'X-GitHub-Event': delivery.event };
  return {
    ...deliveryShape(delivery),
    url: delivery.hook.url,
    request: { headers, payload: JSON.parse(delivery.payload) },
    response: { headers: {}, payload: '' },
  };
}

function statusText(code: number | null): string {
  if (code === null) return 'pending';
  if (code === 502) return 'failed to connect to host';
  return code < 400 ? 'OK' : `Invalid HTTP Response: ${code}`;
}
