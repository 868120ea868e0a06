-- Everything a page shows as it changes lies in rows of one shape, whatever it is: one reader finds what changed since a
-- position, and a new kind of row needs no table, no statement and no frame of its own. What commits together lies
-- together, so there is one table for each checkpoint. `position` is that of the last event that changed the row.
create table read.workspace_row (
  kind text not null, -- also the name of the row's frames
  id text not null,
  workspace_id text not null,
  task_id text not null default '', -- of what belongs to one task; '' otherwise
  wide boolean not null, -- everybody in the workspace sees it; otherwise who looks at its task
  gone text, -- name of the frame that says that it went. The row stays, emptied, so that streams can say so
  body jsonb,
  position bigint not null,
  primary key (task_id, kind, id),
  check ((gone is null) = (body is not null))
) with (fillfactor = 80);
create index workspace_row_changed on read.workspace_row (workspace_id, position) where wide;
create index workspace_row_listed on read.workspace_row (workspace_id, kind, id) where wide and gone is null;

create table read.task_row (like read.workspace_row including defaults including constraints including storage,
  primary key (task_id, kind, id)) with (fillfactor = 80);
create index task_row_changed on read.task_row (workspace_id, position) where wide;
create index task_row_of_task on read.task_row (task_id, position) where task_id <> '';
create index task_row_listed on read.task_row (workspace_id, kind, id)
  where wide and gone is null and kind <> 'task';

-- The rows of before, so that an installation that goes on shows the same at once; a rebuild follows by itself.
insert into read.task_row (kind, id, workspace_id, task_id, wide, gone, body, position)
  select 'task', task_id, workspace_id, task_id, true, case when deleted then 'task_removed' end,
    case when not deleted then card end, position from read.task
  union all
  select 'attention', id, workspace_id, '', true, case when closed_at is not null then 'attention_closed' end,
    case when closed_at is null then item end, position from read.attention;
insert into read.workspace_row (kind, id, workspace_id, wide, gone, body, position)
  select 'repository', repository_id, workspace_id, true, null, view, position from read.repository
  union all
  select 'service', service_id, workspace_id, true, case when removed then 'service_removed' end,
    case when not removed then view end, position from read.service;

drop table read.attention, read.repository, read.service;
alter table read.task drop constraint task_check;
alter table read.task drop column card;
alter table read.task add check (deleted or view is not null);
