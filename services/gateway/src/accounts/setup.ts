import type { SetupRequest, StreamName } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { workspaceDecider } from '@claude-codex/domain/workspace/decide';
import { type EventStore, handleCommand } from '@claude-codex/eventing';
import { Problem } from '@claude-codex/service-kit/http/problem';
import { idFrom, newId } from '@claude-codex/service-kit/ids';
import type { Pool, PoolClient } from 'pg';
import type { People } from './people.ts';
import { sameToken } from './random-token.ts';

/** The first visit: makes the owner and the workspace, once. */
export interface Setup {
  needed(): Promise<boolean>;
  /** Whether the set-up made this workspace: its owners own the installation. */
  isFirstWorkspace(workspaceId: string): Promise<boolean>;
  /** The link to print at every start until an owner exists; null afterwards. */
  link(): Promise<string | null>;
  /** Throws SETUP_TOKEN_WRONG or ALREADY_SET_UP. Gives the position of the last event. */
  run(request: SetupRequest): Promise<{ workspaceId: string; personId: string; position: number }>;
}

export interface SetupOptions {
  pool: Pool;
  store: EventStore;
  people: People;
  /** Whoever knows it may make the owner. Nothing of it is stored: it comes from a setting or from the master key. */
  token: string;
  publicUrl: URL;
}

export function createSetup({ pool, store, people, token, publicUrl }: SetupOptions): Setup {
  let done = false;
  /** Never changes once it is there. */
  let first: string | null = null;
  let running: Promise<void> = Promise.resolve();

  async function needed(): Promise<boolean> {
    if (done) return false;
    const { rows } = await pool.query('select from accounts.setup where completed_at is not null');
    done = rows.length > 0;
    return !done;
  }

  async function isFirstWorkspace(workspaceId: string): Promise<boolean> {
    first ??= await firstWorkspace(pool);
    return first === workspaceId;
  }

  async function link(): Promise<string | null> {
    if (!(await needed())) return null;
    const address = new URL('/setup', publicUrl);
    address.searchParams.set('token', token);
    return address.href;
  }

  /**
   * Every step can be repeated, and the row lock keeps two visitors apart: a crash in the middle leaves something that
   * the next attempt takes up. Once the workspace exists its owner stays who it was, with the password they chose.
   */
  async function run(request: SetupRequest) {
    if (!sameToken(request.token, token)) {
      throw new Problem('SETUP_TOKEN_WRONG', {
        detail: 'This set-up link is not valid. Take the one the server printed at its last start.',
        errors: [{ field: 'body.token', code: 'SETUP_TOKEN_WRONG', expected: 'the token of the set-up link' }],
      });
    }
    // One at a time: each run holds a connection while it needs others of the same pool.
    const result = running.then(() => withTransaction(pool, (client) => runLocked(client, request)));
    running = result.then(nothing, nothing);
    return result;
  }

  async function runLocked(client: PoolClient, request: SetupRequest) {
    const workspaceId = await lockSetup(client);
    const stream = streamOf('workspace', workspaceId);
    const made = await ownerOf(store, stream);
    const personId = made?.ownerId ?? (await people.createOrReset(request));
    const position = made?.position ?? (await createWorkspace(stream, workspaceId, personId, request.workspace));
    await people.addToWorkspace(personId, workspaceId);
    await client.query('update accounts.setup set completed_at = now()');
    return { workspaceId, personId, position };
  }

  async function createWorkspace(stream: string, workspaceId: string, ownerId: string, name: string): Promise<number> {
    const { position } = await handleCommand(store, {
      commandId: idFrom('setup', workspaceId, ownerId),
      meta: {
        actor: { kind: 'person', id: ownerId },
        causedBy: null,
        correlationId: newId(),
        causationId: null,
        workspaceId,
      },
      stream,
      decider: workspaceDecider,
      command: { type: 'CreateWorkspace', name, ownerId },
    });
    return position ?? 0;
  }

  return { needed, isFirstWorkspace, link, run };
}

async function firstWorkspace(pool: Pool): Promise<string | null> {
  const { rows } = await pool.query<{ id: string }>('select workspace_id as id from accounts.setup');
  return rows[0]?.id ?? null;
}

async function lockSetup(client: PoolClient): Promise<string> {
  await client.query('insert into accounts.setup (workspace_id) values ($1) on conflict do nothing', [newId()]);
  const { rows } = await client.query<{ workspaceId: string; completed: boolean }>(
    `select workspace_id as "workspaceId", completed_at is not null as completed from accounts.setup for update`,
  );
  const row = rows[0];
  if (row === undefined) throw new Error('the set-up row is missing');
  if (row.completed) {
    throw new Problem('ALREADY_SET_UP', { detail: 'This server has an owner already. Log in, or ask for an invite.' });
  }
  return row.workspaceId;
}

/** The owner of a workspace that an attempt made before it broke. */
async function ownerOf(
  store: EventStore,
  stream: StreamName<'workspace'>,
): Promise<{ ownerId: string; position: number } | null> {
  const events = await store.readStream(stream);
  const joined = events.find((event) => event.type === 'MemberJoined');
  return joined === undefined ? null : { ownerId: joined.data.userId, position: joined.position };
}

function nothing(): void {
  // The outcome belongs to the caller; the queue only needs to know that it is over.
}

async function withTransaction<Result>(pool: Pool, run: (client: PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await run(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}
