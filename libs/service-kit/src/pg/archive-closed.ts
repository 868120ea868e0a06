import { storedNames } from '@claude-codex/contracts/event-names';
import type { EventType } from '@claude-codex/contracts/events';
import type pg from 'pg';

type Queryable = Pick<pg.Pool, 'query'>;

export interface ClosedStream {
  stream: string;
  /** How many of its events are not in the archive yet. */
  events: number;
}

export interface ClosedSince {
  /** Only streams whose own last event is older. */
  closedBefore: Date;
  /** Event types after which a task and all that belongs to it is closed, and those that open it again. */
  closes: readonly EventType[];
  reopens: readonly EventType[];
}

/**
 * A stream is a task's own, or says in its first event which task it belongs to; only a counter, which goes on for
 * ever, names tasks that are not its own. The newest event of the log stays where it is, so a stream that has nothing
 * else left is not worth a visit.
 */
const CLOSED = `
  with closed as (
    select substr(s.id, length('task-') + 1) as task_id from es.stream s
    where s.id like 'task-%' and (
      select e.type from es.every_event e where e.stream = s.id and e.type = any($2::text[] || $3::text[]) order by e.version desc limit 1
    ) = any($2::text[])
  )
  select s.id as stream, (select count(*) from es.event e where e.stream = s.id and e.position < head.position)::int as events
  from (select max(position) as position from es.event) head, es.stream s
    cross join lateral (
      select e.recorded_at from es.event e where e.stream = s.id and e.position < head.position
      order by e.version desc limit 1
    ) last
    cross join lateral (
      select case when s.id like 'task-%' then substr(s.id, length('task-') + 1)
        else (select e.data->>'taskId' from es.every_event e where e.stream = s.id and e.version = 1) end as task_id
    ) owner
  where last.recorded_at < $1 and s.id not like 'counter-%' and owner.task_id in (select task_id from closed)
  order by s.id`;

/** Streams of closed tasks that have not been touched since `closedBefore` and are not in the archive yet. Only reads. */
export async function findClosedStreams(db: Queryable, since: ClosedSince): Promise<ClosedStream[]> {
  const { closedBefore, closes, reopens } = since;
  const { rows } = await db.query<ClosedStream>(CLOSED, [
    closedBefore,
    storedNames(...closes),
    storedNames(...reopens),
  ]);
  return rows;
}

/** So that an append that comes at the same time waits for some milliseconds at most. */
const AT_ONCE = 500;
const LOCK_TIMEOUT = '55P03';

/**
 * Moves the events of one stream to the archive, a few hundred per transaction; appends and reads go on meanwhile, and
 * stopping half-way does no harm. Gives how many moved.
 */
export async function archiveStream(db: Queryable, stream: string, atOnce = AT_ONCE): Promise<number> {
  for (let moved = 0; ; ) {
    const batch = await archiveOldest(db, stream, atOnce);
    moved += batch;
    if (batch < atOnce) return moved;
  }
}

async function archiveOldest(db: Queryable, stream: string, atMost: number): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    try {
      const sql = 'select es.archive_oldest($1, $2) as moved';
      const { rows } = await db.query<{ moved: number }>(sql, [stream, atMost]);
      return rows[0]?.moved ?? 0;
    } catch (error) {
      // The log is busy; nothing was moved by this call.
      const busy = error instanceof Error && 'code' in error && error.code === LOCK_TIMEOUT;
      if (!busy || tries === 5) throw error;
    }
  }
}
