-- Rights by service. The roles cannot log in: a service's own login is a member of one of them, or takes it with
-- `set role`. They belong to the cluster, so another database may have made them already; where the owner of the database
-- may not make roles, an administrator makes them before and grants them to it.
do $$
declare
  service text;
begin
  foreach service in array array['codex_event_store', 'codex_projector', 'codex_gateway'] loop
    if not exists (select from pg_roles where rolname = service) then
      begin
        execute format('create role %I nologin', service);
      exception when duplicate_object or unique_violation then
        raise notice 'role % was made by another database at the same moment', service;
      end;
    end if;
    if not pg_has_role(current_user, service, 'set') then
      begin
        -- So that one login can do everything where nobody cares for separate ones (standalone, tests).
        execute format('grant %I to current_user', service);
      exception when insufficient_privilege then
        raise notice 'services need logins of their own that are members of role %', service;
      end;
    end if;
  end loop;
end $$;

revoke execute on all functions in schema es from public;

grant usage on schema es to codex_event_store, codex_projector, codex_gateway;
grant select on all tables in schema es to codex_event_store;
grant execute on function es.append_batch to codex_event_store;
grant insert, update on es.process_manager to codex_event_store;
grant delete on es.command_result to codex_event_store; -- pruning

grant execute on function es.archive_stream to codex_event_store;

grant select on es.event, es.every_event, es.log_identity to codex_projector, codex_gateway;

grant usage, create on schema read to codex_projector;
grant select, insert, update, delete, truncate on all tables in schema read to codex_projector;
grant usage on schema read to codex_gateway, codex_event_store;
grant select on all tables in schema read to codex_gateway;
alter default privileges in schema read grant select, insert, update, delete, truncate on tables to codex_projector;
alter default privileges in schema read grant usage, select on sequences to codex_projector;
alter default privileges in schema read grant select on tables to codex_gateway;

grant usage on schema accounts to codex_gateway;
alter default privileges in schema accounts grant select, insert, update, delete on tables to codex_gateway;
alter default privileges in schema accounts grant usage, select on sequences to codex_gateway;
