import type { Hook, Repository } from '../state.ts';
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
