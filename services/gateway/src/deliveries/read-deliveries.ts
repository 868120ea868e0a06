import type {
  DeliveriesQuery,
  DeliveriesView,
  DeliveryDetail,
  DeliveryHandlingView,
  DeliveryView,
  RemoteForge,
} from '@claude-codex/contracts';
import type { Pool } from 'pg';

/** What pages show of the log of deliveries. */
export interface ReadDeliveries {
  list(provider: RemoteForge, query: DeliveriesQuery): Promise<Pick<DeliveriesView, 'deliveries' | 'next'>>;
  /** Every event and repository there is one of. */
  kinds(provider: RemoteForge): Promise<Pick<DeliveriesView, 'events' | 'repositories'>>;
  /** Null: there is none, or it was removed. */
  find(provider: RemoteForge, id: string): Promise<Omit<DeliveryDetail, 'concerns'> | null>;
}

const TIME = (column: string) => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const RESULT = `'outcome', h.outcome, 'detail', h.detail, 'pullRequestIds', h.pull_request_ids, 'tries', h.tries`;
const COLUMNS = `d.id, d.guid, d.event, d.action, d.repository, d.sender, d.signed_with as "signedWith", d.bytes,
  ${TIME('d.received_at')} as "receivedAt", json_build_object(${RESULT}) as result,
  (select count(*)::int from accounts.forge_delivery_handling r where r.delivery_id = d.id and r.person_id is not null)
    as replays`;
const WITH_FIRST = `accounts.forge_delivery d
  join accounts.forge_delivery_handling h on h.delivery_id = d.id and h.person_id is null`;

export function createReadDeliveries({ pool }: { pool: Pool }): ReadDeliveries {
  async function values(column: 'event' | 'repository', provider: RemoteForge): Promise<string[]> {
    const { rows } = await pool.query<{ value: string }>(
      `select distinct ${column} as value from accounts.forge_delivery
       where provider = $1 and ${column} is not null order by 1`,
      [provider],
    );
    return rows.map(({ value }) => value);
  }

  return {
    async list(provider, { event, outcome, repository, before, limit }) {
      const { rows } = await pool.query<DeliveryView>(
        `select ${COLUMNS} from ${WITH_FIRST} where d.provider = $1 and ($2::text is null or d.event = $2)
         and ($3::text is null or h.outcome = $3) and ($4::text is null or d.repository = $4)
         and ($5::text is null or d.id < $5) order by d.id desc limit $6`,
        [provider, event ?? null, outcome ?? null, repository ?? null, before ?? null, limit + 1],
      );
      const deliveries = rows.slice(0, limit);
      return { deliveries, next: rows.length > limit ? (deliveries.at(-1)?.id ?? null) : null };
    },
    async kinds(provider) {
      return { events: await values('event', provider), repositories: await values('repository', provider) };
    },
    async find(provider, id) {
      const { rows } = await pool.query<Omit<DeliveryDetail, 'concerns' | 'handlings'>>(
        `select ${COLUMNS}, encode(d.body_hash, 'hex') as "bodyHash", d.repeat_of as "repeatOf",
         coalesce(d.payload, (select f.payload from accounts.forge_delivery f where f.id = d.repeat_of)) as payload
         from ${WITH_FIRST} where d.provider = $1 and d.id = $2`,
        [provider, id],
      );
      const [delivery] = rows;
      if (delivery === undefined) return null;
      const handlings = await pool.query<DeliveryHandlingView>(
        `select h.id, h.person_id as "personId", h.outcome, h.detail, h.pull_request_ids as "pullRequestIds", h.tries,
         ${TIME('h.began_at')} as "beganAt", ${TIME('h.settled_at')} as "settledAt"
         from accounts.forge_delivery_handling h where h.delivery_id = $1 order by h.began_at, h.id limit 100`,
        [id],
      );
      return { ...delivery, handlings: handlings.rows };
    },
  };
}
