-- As es.archive_stream, for streams of any length: moves the oldest events, at most so many per call, so that appends
-- wait for milliseconds only. Gives how many moved; fewer than asked for means that nothing is left to move. In between the stream
-- lies in both tables, which is all the same to whoever reads es.every_event.
create function es.archive_oldest(stream_id text, at_most int) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
declare
  moved bigint[];
begin
  -- The lock of es.append_batch: the newest position must be the same at the beginning and at the end.
  perform pg_advisory_xact_lock(20117, 1);
  with copied as (
    insert into es.event_archive
      select * from es.event where stream = stream_id and position < (select max(position) from es.event)
      order by version limit at_most
      returning position
  )
  select array_agg(position) into moved from copied;
  delete from es.event where position = any(moved);
  update es.stream set archived_at = clock_timestamp()
    where id = stream_id and moved is not null and not exists (select from es.event where stream = stream_id);
  return coalesce(cardinality(moved), 0);
end $$;

revoke execute on function es.archive_oldest(text, int) from public;
grant execute on function es.archive_oldest(text, int) to codex_event_store;
