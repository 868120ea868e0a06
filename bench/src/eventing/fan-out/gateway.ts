import { streamOf } from '@claude-codex/contracts/ids';
import { hashToken, newToken } from '@claude-codex/gateway/accounts/random-token';
import { newId } from '@claude-codex/service-kit/ids';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import type { System } from '../../system/system.ts';
import { fillWorkspace } from '../fill-workspace.ts';
import { markNow } from './mark.ts';
import type { FanOutServer } from './servers.ts';

/** One person may hold a hundred streams; some room for pages of their own. */
const STREAMS_PER_PERSON = 90;
/** Events of one burst change different tasks: a row that changes twice between two sends is sent once. */
const TASKS = 1_000;

/** Our gateway with its streams' readers: real people with API tokens and a role each. */
export async function serveGateway(system: System, clients: number): Promise<FanOutServer> {
  const tokens = await addPeople(system, Math.ceil(clients / STREAMS_PER_PERSON));
  const { taskIds } = await fillWorkspace(system.store, { workspaceId: system.workspaceId, tasks: TASKS });
  const gateway = system.services.at(-1);
  let next = 0;
  return {
    name: 'Claude Codex gateway, /api/stream',
    guarantees: 'stored before it is sent; filtered by rights, rights checked again every 2 s; resumes without a gap',
    target: {
      port: gateway?.port ?? 0,
      path: '/api/stream',
      headers: tokens.map((token) => ({ authorization: `Bearer ${token}` })),
    },
    pids() {
      const pid = gateway?.pid();
      return pid === undefined ? [] : [pid];
    },
    async publish() {
      const taskId = taskIds[next % taskIds.length] ?? '';
      next += 1;
      await append(system, streamOf('task', taskId), 'TaskLabelled', { labels: [markNow()] });
    },
    stop: async () => undefined,
  };
}

async function addPeople(system: System, people: number): Promise<string[]> {
  const pool = createPool({ connectionString: system.postgres.connectionString, name: 'bench-owner', max: 2 });
  const tokens: string[] = [];
  try {
    for (let nth = 0; nth < people; nth += 1) {
      const [personId, token] = [newId(), newToken('cdx_')];
      await pool.query('insert into accounts.person (id, name, email) values ($1, $2, $3)', [
        personId,
        `Reader ${nth}`,
        `${personId}@example.org`,
      ]);
      await pool.query(
        `insert into accounts.api_token (id, person_id, workspace_id, name, token_hash) values ($1, $2, $3, 'bench', $4)`,
        [newId(), personId, system.workspaceId, hashToken(token)],
      );
      await append(system, streamOf('workspace', system.workspaceId), 'MemberJoined', {
        userId: personId,
        role: 'viewer',
      });
      tokens.push(token);
    }
  } finally {
    await pool.end();
  }
  return tokens;
}

async function append(system: System, stream: string, type: string, data: unknown): Promise<void> {
  const result = await system.store.append({
    commandId: newId(),
    meta: {
      actor: { kind: 'person', id: 'ada' },
      causedBy: null,
      correlationId: 'bench',
      causationId: null,
      workspaceId: system.workspaceId,
    },
    writes: [{ stream, expectedVersion: 'any', events: [{ type, data }] }],
  });
  if (result.status !== 'appended') throw new Error(`append answered ${result.status}`);
}
