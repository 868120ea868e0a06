-- A read model is built anew in tables of the same names in a schema of its own, `read_build_<name>`, while the live
-- ones serve; then the two change places in one transaction. The functions run as the owner of the database, because
-- tables change schema, which the projector has no right to do otherwise.

-- An empty copy of a table with its indexes and settings, under the same names in another schema.
create function read.copy_table(source regclass, target_schema text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  source_name name := (select relname from pg_class where oid = source);
  target text := format('%I.%I', target_schema, source_name);
  made text;
begin
  execute format('create table %s (like %s including defaults including generated including identity
    including storage)', target, source);
  select format('alter table %s set (%s)', target, array_to_string(reloptions, ', ')) into made
    from pg_class where oid = source and reloptions is not null;
  if made is not null then
    execute made;
  end if;
  for made in select format('alter table %s add constraint %I %s', target, conname, pg_get_constraintdef(oid))
      from pg_constraint where conrelid = source and contype in ('p', 'u', 'c') order by contype = 'c' loop
    execute made;
  end loop;
  for made in select replace(pg_get_indexdef(indexrelid), format(' ON %s ', source::text), format(' ON %s ', target))
      from pg_index where indrelid = source
        and not exists (select from pg_constraint where conindid = indexrelid and conrelid = source) loop
    execute made;
  end loop;
  execute format('grant select, insert, update, delete, truncate on %s to codex_projector', target);
  execute format('grant select on %s to codex_gateway', target);
end $$;

-- Starts building a read model from the beginning of the log. Gives the number of the build; that of the one under way
-- when there is one for the same version already.
create function read.begin_build(projection_name text, projection_version int, table_names text[]) returns int
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  target_schema text := 'read_build_' || projection_name;
  under_way int;
  next_build int;
  table_name text;
begin
  if projection_name !~ '^[a-z][a-z0-9_]{0,40}$' or 'projection' = any(table_names) or cardinality(table_names) = 0 then
    raise exception 'not the name and tables of a read model' using errcode = 'invalid_parameter_value';
  end if;
  perform pg_advisory_xact_lock(20117, 3);
  select build into under_way from read.projection
    where name = projection_name and version = projection_version and status = 'building';
  if found then
    return under_way;
  end if;
  delete from read.projection where name = projection_name and status = 'building';
  execute format('drop schema if exists %I cascade', target_schema);
  execute format('create schema %I', target_schema);
  execute format('grant usage on schema %I to codex_projector, codex_gateway', target_schema);
  foreach table_name in array table_names loop
    perform read.copy_table(format('read.%I', table_name)::regclass, target_schema);
  end loop;
  select coalesce(max(build), 0) + 1 into next_build from read.projection where name = projection_name;
  insert into read.projection (name, version, build, status, position, epoch)
    select projection_name, projection_version, next_build, 'building', base_position, epoch from es.log_identity;
  return next_build;
end $$;

-- Puts the finished build in the place of the live tables; those stay in `read_retired_<name>` until they are dropped.
-- False when the build is behind the live read model, which must never go back.
create function read.finish_build(projection_name text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
declare
  source_schema text := 'read_build_' || projection_name;
  retired_schema text := 'read_retired_' || projection_name;
  live read.projection;
  built read.projection;
  table_name name;
begin
  perform pg_advisory_xact_lock(20117, 3);
  select * into live from read.projection where name = projection_name and status in ('live', 'paused') for update;
  select * into built from read.projection where name = projection_name and status = 'building' for update;
  if built.name is null or (live.epoch = built.epoch and live.position > built.position) then
    return false;
  end if;
  execute format('drop schema if exists %I cascade', retired_schema);
  execute format('create schema %I', retired_schema);
  for table_name in select relname from pg_class
      where relnamespace = source_schema::regnamespace and relkind = 'r' order by relname loop
    execute format('alter table read.%I set schema %I', table_name, retired_schema);
    execute format('alter table %I.%I set schema read', source_schema, table_name);
  end loop;
  execute format('drop schema %I', source_schema);
  update read.projection set status = 'retired', updated_at = now()
    where name = projection_name and status in ('live', 'paused');
  update read.projection set status = 'live', last_error = null, updated_at = now()
    where name = projection_name and status = 'building';
  return true;
end $$;

-- Forgets the tables a build replaced, and rows that speak of them.
create function read.drop_retired(projection_name text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
begin
  execute format('drop schema if exists %I cascade', 'read_retired_' || projection_name);
  delete from read.projection where name = projection_name and status = 'retired';
end $$;

revoke execute on function read.copy_table(regclass, text), read.begin_build(text, int, text[]),
  read.finish_build(text), read.drop_retired(text) from public;
grant execute on function read.begin_build(text, int, text[]), read.finish_build(text), read.drop_retired(text)
  to codex_projector;
