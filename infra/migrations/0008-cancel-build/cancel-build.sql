-- Gives up a build under way and forgets its tables; the live ones were never touched. Waits for the batch in hand. False
-- when nothing is being built.
create function read.cancel_build(projection_name text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '4s' as $$
begin
  perform pg_advisory_xact_lock(20117, 3);
  delete from read.projection where name = projection_name and status = 'building';
  if not found then
    return false;
  end if;
  execute format('drop schema if exists %I cascade', 'read_build_' || projection_name);
  return true;
end $$;

revoke execute on function read.cancel_build(text) from public;
grant execute on function read.cancel_build(text) to codex_projector;
