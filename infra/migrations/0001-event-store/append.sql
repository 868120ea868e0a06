-- The answer to a command seen before: its first result, or that its id was used for something else.
create function es.earlier_answer(id text, hash text, earlier jsonb) returns jsonb
language sql stable as $$
  select case when earlier->>'hash' <> hash then jsonb_build_object('status', 'misuse', 'commandId', id)
    else jsonb_build_object('status', 'appended', 'duplicate', true, 'firstPosition', earlier->'first',
      'lastPosition', earlier->'last', 'versions', (select jsonb_object_agg(stream, version) from (
        select stream, max(version) as version from es.every_event
        where position between (earlier->>'first')::bigint and (earlier->>'last')::bigint group by stream) v)) end
$$;

-- The only way in. A batch is a set of columns, and what need not be computed under the lock comes with it: every append
-- of the system waits for this function, so each statement less counts (docs/decisions/0009).
-- Every item is one atomic write to some streams and gets its own outcome; an item's conflict never hurts another.
--
-- per item     command_ids, request_hashes (hex), actors, caused_bys, correlation_ids, causation_ids,
--              item_workspaces (index into workspaces), item_writes and item_events (how many it has)
-- per write    write_streams (index into streams), expecteds (null = any), write_events (how many events it has)
-- per event    event_items and event_writes (whose it is), event_offsets (how many events of its item come before it),
--              event_rests (how many of its write come after it), event_ids, types, schema_versions,
--              datas (JSON texts, parted by U+001E, which JSON never holds), content_hashes (hex)
--
-- Gives {firsts, versions, others}: per item its first position (null when it appended nothing), per write the version
-- of its stream afterwards, and by index of the item the answer of those that appended nothing now.
--
-- To be called as a single autocommit statement: the lock makes positions equal commit order, and it must not be held
-- across a round trip. A command id twice in one call is refused by the key of
-- es.command_result.
create function es.append_batch(
  workspaces text[], streams text[],
  command_ids text[], request_hashes text[], actors jsonb[], caused_bys text[], correlation_ids text[],
  causation_ids text[], item_workspaces int[], item_writes int[], item_events int[],
  write_streams int[], expecteds bigint[], write_events int[],
  event_items int[], event_writes int[], event_offsets int[], event_rests int[],
  event_ids text[], types text[], schema_versions smallint[], datas text, content_hashes text[]
) returns json
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp set lock_timeout = '2s'
-- The plans are made once, when the tables are small; they must still be right when they are not.
set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  now_ms timestamptz;
  now_text text;
  base bigint;
  place bigint;
  heads bigint[];
  before bigint[];
  chains bytea[];
  chain int := 0; -- whose hash `link` is
  link bytea;
  w int := 0; -- last write seen
  e int := 0; -- last event seen
  known jsonb;
  firsts bigint[];
  versions bigint[];
  hashes bytea[];
  others jsonb;
  other jsonb;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    -- A snapshot taken before the lock would show an old head, and positions would be given twice.
    raise exception 'es.append_batch needs read committed' using errcode = 'invalid_transaction_state';
  end if;
  -- Nearly always free, and asking costs less than waiting.
  if not pg_try_advisory_xact_lock(20117, 1) then
    perform pg_advisory_xact_lock(20117, 1);
  end if;

  now_ms := date_trunc('milliseconds', clock_timestamp());
  now_text := to_char(now_ms at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  select coalesce((select position from es.event order by position desc limit 1), base_position),
      array(select coalesce((select version from es.stream where id = u.id), 0) from unnest(streams) u(id)),
      array(select coalesce((select hash from es.audit_chain c where c.workspace_id = u.id), ''::bytea)
        from unnest(workspaces) u(id)),
      (select jsonb_object_agg(r.command_id, jsonb_build_object('hash', encode(r.request_hash, 'hex'),
          'first', r.first_position, 'last', r.last_position))
        from unnest(command_ids) u(id) join es.command_result r on r.command_id = u.id)
    into base, heads, chains, known from es.log_identity;
  place := base;
  before := heads;

  for i in 1 .. cardinality(command_ids) loop
    if known is not null and known ? command_ids[i] then
      other := es.earlier_answer(command_ids[i], request_hashes[i], known->command_ids[i]);
    else
      for v in w + 1 .. w + item_writes[i] loop
        if expecteds[v] <> heads[write_streams[v]] then
          other := jsonb_build_object('status', 'conflict', 'stream', streams[write_streams[v]],
            'expected', expecteds[v], 'actual', heads[write_streams[v]]);
          exit;
        end if;
      end loop;
    end if;
    if other is not null then
      others := coalesce(others, '{}') || jsonb_build_object(i - 1, other);
      other := null;
      firsts[i] := null;
      for v in w + 1 .. w + item_writes[i] loop
        versions[v] := null;
      end loop;
      for k in e + 1 .. e + item_events[i] loop
        hashes[k] := null;
      end loop;
    else
      firsts[i] := place + 1;
      for v in w + 1 .. w + item_writes[i] loop
        versions[v] := heads[write_streams[v]] + write_events[v];
        heads[write_streams[v]] := versions[v];
      end loop;
      if chain <> item_workspaces[i] then
        if chain > 0 then
          chains[chain] := link;
        end if;
        chain := item_workspaces[i];
        link := chains[chain];
      end if;
      for k in e + 1 .. e + item_events[i] loop
        place := place + 1;
        link := sha256(link || convert_to(place || '|' || streams[write_streams[event_writes[k]]] || '|'
          || (versions[event_writes[k]] - event_rests[k]) || '|' || event_ids[k] || '|' || now_text || '|'
          || content_hashes[k], 'UTF8'));
        hashes[k] := link;
      end loop;
    end if;
    w := w + item_writes[i];
    e := e + item_events[i];
  end loop;

  if place > base then
    chains[chain] := link;
    insert into es.event (position, stream, version, event_id, type, schema_version, data, workspace_id, actor,
      caused_by, correlation_id, causation_id, command_id, recorded_at, hash)
    select firsts[r.i] + event_offsets[r.k], streams[write_streams[event_writes[r.k]]],
      versions[event_writes[r.k]] - event_rests[r.k], event_ids[r.k], types[r.k], schema_versions[r.k],
      r.data::jsonb, workspaces[item_workspaces[r.i]], actors[r.i], caused_bys[r.i], correlation_ids[r.i],
      causation_ids[r.i], command_ids[r.i], now_ms, hashes[r.k]
    from (select u.data, u.k, event_items[u.k] as i
      from unnest(string_to_array(datas, U&'\001E')) with ordinality u(data, k)) r
    where firsts[r.i] is not null;

    insert into es.stream (id, version)
    select streams[s], heads[s] from generate_series(1, cardinality(streams)) s where heads[s] > before[s]
    on conflict (id) do update set version = excluded.version;

    insert into es.audit_chain (workspace_id, hash)
    select workspaces[c], chains[c] from generate_series(1, cardinality(workspaces)) c where chains[c] <> ''
    on conflict (workspace_id) do update set hash = excluded.hash;

    insert into es.command_result (command_id, request_hash, first_position, last_position)
    select command_ids[i], decode(request_hashes[i], 'hex'), firsts[i], firsts[i] + item_events[i] - 1
    from generate_series(1, cardinality(command_ids)) i where firsts[i] is not null;
  end if;
  return json_build_object('firsts', coalesce(firsts, '{}'), 'versions', coalesce(versions, '{}'), 'others', others);
end $$;
