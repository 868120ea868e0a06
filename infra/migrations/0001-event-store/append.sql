-- One link of a workspace's audit chain: SHA-256 over the link before it and this event. PL/pgSQL because it runs for
-- every event, and a SQL function that cannot be inlined costs twenty times as much per call.
create function es.chain_step(state bytea, before bytea, content text) returns bytea
language plpgsql immutable parallel safe as $$
begin
  return sha256(coalesce(state, before) || convert_to(content, 'UTF8'));
end $$;

create aggregate es.chain(before bytea, content text) (sfunc = es.chain_step, stype = bytea);

-- Appends all items or none. Null when one of them cannot be appended as it stands: a command id seen before, or a
-- stream that is not where the item expects it. Set-based, because most batches are clean and this is the hot path.
--
-- item: {commandId, requestHash, workspaceId, actor, causedBy, correlationId, causationId,
--        writes: [{stream, expectedVersion (null = any), events: [{eventId, type, schemaVersion, data, contentHash}]}]}
create function es.append_all(items jsonb) returns jsonb
language plpgsql volatile
-- The plan is made once, when the tables are small; it must still be the right one when they are not. The planner
-- expects millions of rows from jsonb and would compile the plan (jit) on every call.
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
as $$
declare
  base bigint;
  now_ms timestamptz := date_trunc('milliseconds', clock_timestamp());
  now_text text := to_char(now_ms at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  results jsonb;
begin
  select coalesce((select position from es.event order by position desc limit 1), base_position)
    into base from es.log_identity;

  with item as materialized (
    select i.ord, i.body->>'commandId' as command_id, i.body->>'requestHash' as request_hash,
      i.body->>'workspaceId' as workspace_id, i.body->'actor' as actor, i.body->>'causedBy' as caused_by,
      i.body->>'correlationId' as correlation_id, i.body->>'causationId' as causation_id, i.body->'writes' as writes
    from jsonb_array_elements(items) with ordinality as i(body, ord)
  ), write as materialized (
    select item.ord, command_id, request_hash, workspace_id, actor, caused_by, correlation_id, causation_id,
      w.ord as write_ord, w.body->>'stream' as stream, (w.body->>'expectedVersion')::bigint as expected,
      w.body->'events' as events, jsonb_array_length(w.body->'events') as count
    from item, jsonb_array_elements(writes) with ordinality as w(body, ord)
  ), placed as materialized ( -- version and position: those before the write's first event
    select write.*,
      coalesce((select version from es.stream where id = write.stream), 0)
        + coalesce(sum(count) over (partition by stream order by ord, write_ord
            rows between unbounded preceding and 1 preceding), 0) as version,
      base + coalesce(sum(count) over (order by ord, write_ord
            rows between unbounded preceding and 1 preceding), 0) as position
    from write
  ), clean as materialized (
    select not exists (select from placed where expected <> version)
      and (select count(distinct command_id) = count(*) from item)
      and not exists (select from item
        where (select true from es.command_result r where r.command_id = item.command_id)) as yes
  ), appended as materialized (
    select * from placed where (select yes from clean)
  ), entry as materialized (
    select p.position + e.ord as position, p.stream, p.version + e.ord as version, e.body, p.workspace_id, p.actor,
      p.caused_by, p.correlation_id, p.causation_id, p.command_id
    from appended p, jsonb_array_elements(p.events) with ordinality as e(body, ord)
  ), linked as materialized (
    select entry.*, es.chain(
      coalesce((select hash from es.audit_chain c where c.workspace_id = entry.workspace_id), ''::bytea),
      concat_ws('|', position, stream, version, body->>'eventId', now_text, body->>'contentHash')
    ) over (partition by workspace_id order by position rows unbounded preceding) as hash
    from entry
  ), event as (
    insert into es.event (position, stream, version, event_id, type, schema_version, data, workspace_id, actor,
      caused_by, correlation_id, causation_id, command_id, recorded_at, hash)
    select position, stream, version, body->>'eventId', body->>'type', (body->>'schemaVersion')::smallint,
      body->'data', workspace_id, actor, caused_by, correlation_id, causation_id, command_id, now_ms, hash
    from linked order by position
  ), head as (
    insert into es.stream (id, version) select stream, max(version + count) from appended group by stream
    on conflict (id) do update set version = excluded.version
  ), chain as (
    insert into es.audit_chain (workspace_id, position, hash)
    select distinct on (workspace_id) workspace_id, position, hash from linked order by workspace_id, position desc
    on conflict (workspace_id) do update set position = excluded.position, hash = excluded.hash
  ), answer as materialized (
    select ord, command_id, request_hash, jsonb_build_object('status', 'appended', 'duplicate', false,
      'firstPosition', min(position) + 1, 'lastPosition', max(position + count),
      'versions', jsonb_object_agg(stream, version + count)) as result
    from appended group by ord, command_id, request_hash
  ), remembered as (
    insert into es.command_result (command_id, request_hash, result)
    select command_id, decode(request_hash, 'hex'), result from answer
  )
  select jsonb_agg(result order by ord) into results from answer;
  return results;
end $$;

-- Why an item cannot be appended, or its appending.
create function es.append_one(item jsonb) returns jsonb
language plpgsql volatile as $$
declare
  earlier es.command_result;
  conflict jsonb;
begin
  select * into earlier from es.command_result where command_id = item->>'commandId';
  if found then
    if earlier.request_hash = decode(item->>'requestHash', 'hex') then
      return earlier.result || '{"duplicate": true}';
    end if;
    return jsonb_build_object('status', 'misuse', 'commandId', item->>'commandId');
  end if;

  select jsonb_build_object('status', 'conflict', 'stream', w.body->>'stream',
      'expected', w.body->'expectedVersion', 'actual', coalesce(s.version, 0))
    into conflict
    from jsonb_array_elements(item->'writes') with ordinality as w(body, ord)
    left join es.stream s on s.id = w.body->>'stream'
    where (w.body->>'expectedVersion')::bigint <> coalesce(s.version, 0)
    order by w.ord limit 1;
  if conflict is not null then
    return conflict;
  end if;
  return es.append_all(jsonb_build_array(item))->0;
end $$;

-- The only way in. One result per item, in order: {status: appended | conflict | misuse, …}; one item's conflict never
-- hurts another's append. To be called as a single autocommit statement: the lock makes positions equal commit order,
-- and it must not be held across a round trip.
create function es.append_batch(items jsonb) returns jsonb
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp set lock_timeout = '2s'
as $$
declare
  results jsonb;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    -- A snapshot taken before the lock would show an old head, and positions would be given twice.
    raise exception 'es.append_batch needs read committed' using errcode = 'invalid_transaction_state';
  end if;
  perform pg_advisory_xact_lock(20117, 1);
  results := es.append_all(items);
  if results is not null then
    return results;
  end if;
  results := '[]';
  for i in 0 .. jsonb_array_length(items) - 1 loop
    results := results || jsonb_build_array(es.append_one(items->i));
  end loop;
  return results;
end $$;
