import type pg from 'pg';
import type { Finding } from './finding.ts';

interface Invariant {
  id: string;
  title: string;
  /** One row: `wrong` things found, an `example` of one, and how many were looked at (`total`). */
  sql: string;
}

/** As SQL that an operator can run too. `every_event` is the log with what was archived. */
export const LOG_INVARIANTS: readonly Invariant[] = [
  {
    id: 'I1',
    title: 'positions have no gap',
    sql: `select abs(count(*) - (coalesce(max(position), max(base_position)) - max(base_position))) as wrong,
        'events ' || count(*) || ', last position ' || coalesce(max(position), 0) as example, count(*) as total
      from es.log_identity left join es.every_event on true`,
  },
  {
    id: 'I2',
    title: 'versions of a stream are 1, 2, 3 … and rise with positions',
    sql: `select count(*) filter (where version <> nth) as wrong,
        min(stream || ' at ' || position) filter (where version <> nth) as example, count(*) as total
      from (select stream, version, position, row_number() over (partition by stream order by position) as nth
        from es.every_event) e`,
  },
  {
    id: 'I3',
    title: 'every answered command is where it was said to be, complete and nowhere else',
    sql: `select count(*) filter (where found is distinct from last_position - first_position + 1
          or elsewhere > 0) as wrong,
        min(command_id) filter (where found is distinct from last_position - first_position + 1 or elsewhere > 0)
          as example, count(*) as total
      from (select r.command_id, first_position, last_position,
          count(*) filter (where e.position between first_position and last_position) as found,
          count(*) filter (where e.position not between first_position and last_position) as elsewhere
        from es.command_result r left join es.every_event e on e.command_id = r.command_id
        group by r.command_id, first_position, last_position) c`,
  },
  {
    id: 'I4',
    title: 'event ids are unique, and the events of a command lie in one piece',
    sql: `select (count(*) - count(distinct event_id)) + (select count(*) from
          (select from es.every_event group by command_id having max(position) - min(position) + 1 <> count(*)) c) as wrong,
        null as example, count(*) as total from es.every_event`,
  },
  {
    id: 'I5',
    title: 'the head of every stream is its last version',
    sql: `select count(*) filter (where s.version is distinct from e.version) as wrong,
        min(coalesce(s.id, e.stream)) filter (where s.version is distinct from e.version) as example, count(*) as total
      from (select stream, max(version) as version from es.every_event group by stream) e
        full join es.stream s on s.id = e.stream`,
  },
];

/** I1–I5, in a transaction of the caller: a snapshot, so that appends meanwhile cause no false alarm. */
export async function checkLogInvariants(db: Pick<pg.ClientBase, 'query'>): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { id, title, sql } of LOG_INVARIANTS) {
    const { rows } = await db.query<{ wrong: string | number; example: string | null; total: string | number }>(sql);
    const { wrong = 1, example = null, total = 0 } = rows[0] ?? {};
    const ok = Number(wrong) === 0;
    const detail = ok ? `${total} looked at` : `${wrong} wrong${example === null ? '' : `, such as ${example}`}`;
    findings.push({ id, title, ok, detail });
  }
  return findings;
}
