import type { Role } from '@claude-codex/contracts';
import type { Clock } from '@claude-codex/eventing';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { Logger } from '@claude-codex/service-kit/log';
import type { Pool } from 'pg';
import type { Members } from './members.ts';
import { type Principal, roleBy } from './principal.ts';

export interface OpenConnection {
  principal: Principal;
  /** Told when the role changed; null when there is none any more, which ends the connection. */
  onRole(role: Role | null): void;
}

/** Streams and terminals outlive the check at their start: whoever loses access is cut within 5 s. */
export interface OpenConnections {
  /** Throws TOO_MANY_REQUESTS when this person has too many already. Returns the removal. */
  add(connection: OpenConnection): () => void;
  sweep(): Promise<void>;
  /** Ends the checks and every connection. */
  stop(): void;
}

const SWEEP_MS = 2_000;
const MAX_PER_PERSON = 100;

interface Parts {
  pool: Pool;
  members: Members;
  clock: Clock;
  log: Logger;
  maxPerPerson?: number;
}

export function createOpenConnections({
  pool,
  members,
  clock,
  log,
  maxPerPerson = MAX_PER_PERSON,
}: Parts): OpenConnections {
  const open = new Set<OpenConnection>();
  const perPerson = new Map<string, number>();
  const stopped = new AbortController();

  /** One question for all sessions and tokens that are in use, however many streams hang on them. */
  async function living(asked: readonly OpenConnection[]): Promise<Set<string>> {
    const ids = [...new Set(asked.map(({ principal }) => principal.via.id))];
    const { rows } = await pool.query<{ id: string }>({
      name: 'living_credentials',
      text: `select id from accounts.session where id = any($1) and expires_at > now()
        union all
        select id from accounts.api_token where id = any($1) and (expires_at is null or expires_at > now())`,
      values: [ids],
    });
    return new Set(rows.map(({ id }) => id));
  }

  async function sweep(): Promise<void> {
    if (open.size === 0) return;
    // Whoever joins while the database answers was not asked about, and waits for the next round.
    const asked = [...open];
    const alive = await living(asked);
    for (const connection of asked) {
      if (!open.has(connection)) continue;
      const { personId, workspaceId, role, via } = connection.principal;
      const own = alive.has(via.id) ? await members.roleOf(workspaceId, personId) : null;
      const now = own === null ? null : roleBy(via, own);
      if (now === role) continue;
      if (now === null) log.info({ personId, workspaceId }, 'a live connection is ended: its access has ended');
      connection.principal = { ...connection.principal, role: now ?? role };
      connection.onRole(now);
    }
  }

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      await clock.sleep(SWEEP_MS, stopped.signal);
      if (stopped.signal.aborted) return;
      await sweep().catch((error: unknown) => log.error({ err: error }, 'open connections could not be re-checked'));
    }
  }
  void run();

  return {
    add(connection) {
      const { personId } = connection.principal;
      const count = perPerson.get(personId) ?? 0;
      if (count >= maxPerPerson) {
        throw new Problem('TOO_MANY_REQUESTS', {
          detail: `You have ${count} live connections open already; close some pages.`,
          headers: { 'retry-after': '30' },
        });
      }
      perPerson.set(personId, count + 1);
      open.add(connection);
      return () => {
        if (!open.delete(connection)) return;
        const left = (perPerson.get(personId) ?? 1) - 1;
        if (left > 0) perPerson.set(personId, left);
        else perPerson.delete(personId);
      };
    },
    sweep,
    stop() {
      stopped.abort();
      for (const connection of [...open]) connection.onRole(null);
    },
  };
}
