import type { HealthView, Standstill } from '@claude-codex/contracts';
import type { Pool } from 'pg';
import { z } from 'zod';

type LogState = Omit<HealthView['log'], 'copy'>;

interface Row {
  epoch: string;
  head: number;
  first_at: Date | null;
  last_at: Date | null;
  recent: number;
  span: number | null;
}

const WINDOW_SECONDS = 60;
/** Read from the end by the index of positions: a busy log costs no more than this, a quiet one less. */
const NEWEST = 1_000;

const LOG = `with newest as (select recorded_at from es.event order by position desc limit ${NEWEST}),
    recent as (select recorded_at from newest where recorded_at > clock_timestamp() - interval '${WINDOW_SECONDS} s')
  select l.epoch, coalesce((select max(position) from es.event), l.base_position) as head,
    (select recorded_at from es.every_event where position = l.base_position + 1) as first_at,
    (select max(recorded_at) from newest) as last_at,
    (select count(*)::int from recent) as recent,
    (select extract(epoch from clock_timestamp() - min(recorded_at))::float from recent) as span
  from es.log_identity l`;

/** Which log this is, how far it goes, and how fast it grows. Throws when the database does not answer. */
export async function readLogState(pool: Pool): Promise<LogState> {
  const { rows } = await pool.query<Row>({ name: 'health_log', text: LOG });
  const row = rows[0];
  if (row === undefined) throw new Error('es.log_identity is empty: the database was not migrated');
  const { epoch, recent, span } = row;
  // As many as were looked at: there may be more in the minute, so the time they took counts instead.
  const seconds = recent === NEWEST ? Math.max(span ?? 0, 0.001) : WINDOW_SECONDS;
  return {
    epoch,
    head: Number(row.head),
    firstEventAt: row.first_at?.toISOString() ?? null,
    lastEventAt: row.last_at?.toISOString() ?? null,
    eventsPerSecond: Math.round((recent / seconds) * 100) / 100,
  };
}

/** Age in seconds of the event at each position that there is. */
export async function readAges(pool: Pool, positions: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const { rows } = await pool.query<{ position: number; age: number }>({
    name: 'health_ages',
    text: `select position, greatest(extract(epoch from clock_timestamp() - recorded_at), 0)::float as age
      from es.every_event where position = any($1::bigint[])`,
    values: [positions],
  });
  return new Map(rows.map(({ position, age }) => [Number(position), age]));
}

const AtEvent = z.object({ position: z.number(), type: z.string(), message: z.string() });
const Restored = z.object({ code: z.literal('EPOCH_CHANGED') });

/** What a runner stored when it stopped, as people may see it. */
export function standstillOf(stored: unknown): Standstill | null {
  if (stored === null || stored === undefined) return null;
  if (Restored.safeParse(stored).success) return { kind: 'restored' };
  const event = AtEvent.safeParse(stored);
  if (event.success) return { kind: 'event', ...event.data };
  return { kind: 'event', position: 0, type: 'unknown', message: null };
}
