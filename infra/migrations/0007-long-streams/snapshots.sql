-- Streams folded up to a version, so that whoever needs the state of a long one reads a few events instead of all.
-- Disposable: deleting any of it, at any time, changes how long a command takes and nothing else.
create table es.snapshot (
  stream text not null,
  schema_version int not null check (schema_version > 0), -- of the state's shape, not of an event's
  version bigint not null check (version > 0),
  state jsonb not null,
  made_at timestamptz not null default now(),
  primary key (stream, schema_version)
);

-- Keeps a snapshot unless there is a newer one, and forgets those of older shapes. One that is ahead of its stream is not kept: it
-- would be of another history.
create function es.keep_snapshot(stream_id text, shape int, at_version bigint, new_state jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into es.snapshot as kept (stream, schema_version, version, state)
    select stream_id, shape, at_version, new_state from es.stream where id = stream_id and version >= at_version
    on conflict (stream, schema_version) do update
      set version = excluded.version, state = excluded.state, made_at = excluded.made_at
      where kept.version < excluded.version;
  delete from es.snapshot where stream = stream_id and schema_version < shape;
end $$;

revoke execute on function es.keep_snapshot(text, int, bigint, jsonb) from public;
grant execute on function es.keep_snapshot(text, int, bigint, jsonb) to codex_event_store;
grant select on es.snapshot to codex_event_store;
