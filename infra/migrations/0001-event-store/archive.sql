-- Events of streams that are closed and will hardly be read again: out of the way of the hot table and its indexes, at
-- the same positions. Whoever reads the log reads es.every_event.
create table es.event_archive (like es.event including defaults including constraints including indexes);

create view es.every_event as select * from es.event union all select * from es.event_archive;

create trigger archive_is_append_only before update or delete on es.event_archive
  for each row execute function es.refuse_change();
create trigger archive_is_never_truncated before truncate on es.event_archive
  for each statement execute function es.refuse_change();

-- Moves the events of a stream to the archive. Gives how many moved. The newest position stays where it is, because
-- es.append_batch finds the head of the log in es.event.
create function es.archive_stream(stream_id text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  moved bigint;
begin
  -- The lock of es.append_batch: no event of the stream may come in between.
  perform pg_advisory_xact_lock(20117, 1);
  insert into es.event_archive select * from es.event
    where stream = stream_id and position < (select max(position) from es.event);
  get diagnostics moved = row_count;
  delete from es.event e using es.event_archive a where e.stream = stream_id and a.position = e.position;
  update es.stream set archived_at = clock_timestamp() where id = stream_id and moved > 0;
  return moved;
end $$;
