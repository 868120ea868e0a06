-- Committed events are facts: nobody changes them, whatever rights they have on the table.
create function es.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'es.event is append-only: % refused', tg_op using errcode = 'restrict_violation';
end $$;

create trigger event_is_append_only before update or delete on es.event
  for each row execute function es.refuse_change();
create trigger event_is_never_truncated before truncate on es.event
  for each statement execute function es.refuse_change();
