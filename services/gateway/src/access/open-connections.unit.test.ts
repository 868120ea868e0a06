import { createLogger } from '@claude-codex/service-kit/log';
import type { Pool } from 'pg';
import { afterEach, expect, test } from 'vitest';
import type { Members } from './members.ts';
import { createOpenConnections, type OpenConnections } from './open-connections.ts';
import type { Principal } from './principal.ts';

let connections: OpenConnections;
afterEach(() => connections.stop());

const principal = (session: string) =>
  ({ personId: 'p', workspaceId: 'w', role: 'owner', via: { kind: 'session', id: session } }) as unknown as Principal;

test('a connection that joins while the others are checked is not taken for a dead one', async () => {
  const answer = Promise.withResolvers<{ rows: { id: string }[] }>();
  connections = createOpenConnections({
    pool: { query: () => answer.promise } as unknown as Pool,
    members: { roleOf: async () => 'owner' } as unknown as Members,
    clock: { now: () => new Date(), sleep: () => new Promise(() => undefined) } as never,
    log: createLogger({ service: 'test', level: 'fatal' }),
  });
  const told: string[] = [];
  connections.add({ principal: principal('first'), onRole: () => told.push('first') });
  connections.add({ principal: principal('ended'), onRole: () => told.push('ended') });
  const sweep = connections.sweep();
  connections.add({ principal: principal('late'), onRole: () => told.push('late') });
  answer.resolve({ rows: [{ id: 'first' }] });
  await sweep;
  expect(told).toEqual(['ended']);
});
