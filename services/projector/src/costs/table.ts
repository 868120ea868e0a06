import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';
import { column } from '../read-model.ts';
import type { DayCost } from './fold-costs.ts';

/** Adds to what is there: right exactly once, which the checkpoint in the same transaction sees to. */
export async function addDayCosts(tx: PgTx, costs: readonly DayCost[]): Promise<void> {
  if (costs.length === 0) return;
  await tx.query({
    name: 'add-day-costs',
    text: `insert into cost_day as day (workspace_id, day, cost_usd, input_tokens, output_tokens,
        cache_read_tokens, cache_write_tokens, model_calls, position)
      select workspace_id, on_day, sum(cost_usd), sum(input_tokens), sum(output_tokens), sum(cache_read_tokens),
        sum(cache_write_tokens), count(*), max(position)
      from unnest($1::text[], $2::date[], $3::numeric[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
        $8::bigint[]) as call (workspace_id, on_day, cost_usd, input_tokens, output_tokens, cache_read_tokens,
        cache_write_tokens, position)
      group by workspace_id, on_day
      on conflict (workspace_id, day) do update set cost_usd = day.cost_usd + excluded.cost_usd,
        input_tokens = day.input_tokens + excluded.input_tokens,
        output_tokens = day.output_tokens + excluded.output_tokens,
        cache_read_tokens = day.cache_read_tokens + excluded.cache_read_tokens,
        cache_write_tokens = day.cache_write_tokens + excluded.cache_write_tokens,
        model_calls = day.model_calls + excluded.model_calls, position = excluded.position`,
    values: [
      column(costs, ({ workspaceId }) => workspaceId),
      column(costs, ({ day }) => day),
      column(costs, ({ call }) => call.costUsd),
      column(costs, ({ call }) => call.inputTokens),
      column(costs, ({ call }) => call.outputTokens),
      column(costs, ({ call }) => call.cacheReadTokens),
      column(costs, ({ call }) => call.cacheWriteTokens),
      column(costs, ({ position }) => position),
    ],
  });
}
