import type {
  ArrivedDelivery,
  DeliveryToHandle,
  KeepDeliveryAnswer,
  RemoteForge,
  SettleDeliveryRequest,
} from '@claude-codex/contracts';
import { newId } from '@claude-codex/service-kit/ids';
import type { Pool } from 'pg';

/** What webhooks delivered and what became of it. Written as the services that speak to forges say. */
export interface DeliveryLog {
  /** Stored when this resolves. One whose body came before is kept as repeated, without the body. */
  keep(arrived: ArrivedDelivery): Promise<KeepDeliveryAnswer>;
  settle(result: SettleDeliveryRequest): Promise<void>;
  /**
   * Begins one more handling, for a person. The same `handlingId` again begins none.
   * @returns null: no such delivery, or its payload is not kept
   */
  replay(deliveryId: string, wish: { handlingId: string; personId: string }): Promise<DeliveryToHandle | null>;
  /** Handlings of the last day that nothing became of, the oldest first. */
  unsettled(provider: RemoteForge, olderThanMs: number): Promise<string[]>;
  /** Null: gone by now, or without a payload. */
  toHandle(handlingId: string): Promise<DeliveryToHandle | null>;
  unknown(provider: RemoteForge, guids: readonly string[]): Promise<string[]>;
}

/** So many are handed over at once. */
const AT_ONCE = 500;
/** How often somebody else may be the first with a body and be removed, before this gives up. */
const RACES = 3;
const OPEN = "h.outcome in ('waiting', 'failed')";
const PAYLOAD = `coalesce(d.payload, (select f.payload from accounts.forge_delivery f where f.id = d.repeat_of))`;

export function createDeliveryLog({ pool }: { pool: Pool }): DeliveryLog {
  async function asFirst(deliveryId: string, handlingId: string, arrived: ArrivedDelivery): Promise<boolean> {
    const { rowCount } = await pool.query(
      `with first as (
         insert into accounts.forge_delivery (id, provider, guid, event, action, repository, sender, signed_with, bytes,
           body_hash, payload) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, decode($10, 'hex'), $11)
         on conflict (provider, body_hash) where repeat_of is null do nothing returning id)
       insert into accounts.forge_delivery_handling (id, delivery_id, outcome) select $12, id, 'waiting' from first`,
      [...columnsOf(deliveryId, arrived), arrived.payload, handlingId],
    );
    return rowCount === 1;
  }

  async function asRepeated(deliveryId: string, handlingId: string, arrived: ArrivedDelivery): Promise<boolean> {
    const { rowCount } = await pool.query(
      `with first as (
         select id, guid from accounts.forge_delivery
         where provider = $2 and body_hash = decode($10, 'hex') and repeat_of is null),
       again as (
         insert into accounts.forge_delivery (id, provider, guid, event, action, repository, sender, signed_with, bytes,
           body_hash, repeat_of) select $1, $2, $3, $4, $5, $6, $7, $8, $9, decode($10, 'hex'), id from first
         returning id)
       insert into accounts.forge_delivery_handling (id, delivery_id, outcome, detail, settled_at)
       select $11, again.id, 'repeated', case when first.guid = $3 then 'The same delivery came before.'
         else 'The same came before, under another id.' end, now() from again, first`,
      [...columnsOf(deliveryId, arrived), handlingId],
    );
    return rowCount === 1;
  }

  return {
    async keep(arrived) {
      const [deliveryId, handlingId] = [newId(), newId()];
      for (let race = 0; race < RACES; race += 1) {
        if (await asFirst(deliveryId, handlingId, arrived)) return { deliveryId, handlingId, isRepeated: false };
        if (await asRepeated(deliveryId, handlingId, arrived)) return { deliveryId, handlingId, isRepeated: true };
      }
      throw new Error('a delivery came before again and again, and was gone each time');
    },
    async settle({ handlingId, outcome, detail, pullRequestIds, tries }) {
      await pool.query(
        `update accounts.forge_delivery_handling set outcome = $2, detail = $3, pull_request_ids = $4, tries = $5,
         settled_at = now() where id = $1`,
        [handlingId, outcome, detail, pullRequestIds, tries],
      );
    },
    async replay(deliveryId, { handlingId, personId }) {
      const { rows } = await pool.query<{ event: string; payload: string }>(
        `with found as (
           select d.id, d.event, ${PAYLOAD} as payload from accounts.forge_delivery d where d.id = $1),
         begun as (
           insert into accounts.forge_delivery_handling (id, delivery_id, person_id, outcome)
           select $2, id, $3, 'waiting' from found where payload is not null on conflict (id) do nothing)
         select event, payload from found where payload is not null`,
        [deliveryId, handlingId, personId],
      );
      return rows[0] === undefined ? null : { handlingId, ...rows[0] };
    },
    async unsettled(provider, olderThanMs) {
      const { rows } = await pool.query<{ id: string }>(
        `select h.id from accounts.forge_delivery_handling h join accounts.forge_delivery d on d.id = h.delivery_id
         where ${OPEN} and d.provider = $1 and h.began_at <= now() - $2 * interval '1 millisecond'
           and h.began_at > now() - interval '1 day' order by h.began_at limit ${AT_ONCE}`,
        [provider, olderThanMs],
      );
      return rows.map(({ id }) => id);
    },
    async toHandle(handlingId) {
      const { rows } = await pool.query<DeliveryToHandle>(
        `select h.id as "handlingId", d.event, ${PAYLOAD} as payload
         from accounts.forge_delivery_handling h join accounts.forge_delivery d on d.id = h.delivery_id
         where h.id = $1 and ${PAYLOAD} is not null`,
        [handlingId],
      );
      return rows[0] ?? null;
    },
    async unknown(provider, guids) {
      const { rows } = await pool.query<{ guid: string }>(
        `select guid from unnest($2::text[]) as guid where not exists (
           select from accounts.forge_delivery d where d.provider = $1 and d.guid = guid.guid)`,
        [provider, guids],
      );
      return rows.map(({ guid }) => guid);
    },
  };
}

function columnsOf(id: string, arrived: ArrivedDelivery): unknown[] {
  const { provider, guid, event, action, repository, sender, signedWith, bytes, bodyHash } = arrived;
  return [id, provider, guid, event, action, repository, sender, signedWith, bytes, bodyHash];
}
