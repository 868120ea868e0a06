-- Committed events are facts: nobody changes them, whatever rights they have on the table.
create function es.refuse_change() returns trigger language plpgsql as $$
begin
  -- An event may leave es.event when the very same one lies in the archive.
  if tg_op = 'DELETE' and tg_table_name = 'event'
      and exists (select from es.event_archive a where a.position = old.position and a.hash = old.hash) then
    return old;
  end if;
  raise exception 'es.% is append-only: % refused', tg_table_name, tg_op using errcode = 'restrict_violation';
end $$;

create trigger event_is_append_only before update or delete on es.event
  for each row execute function es.refuse_change();
create trigger event_is_never_truncated before truncate on es.event
  for each statement execute function es.refuse_change();
