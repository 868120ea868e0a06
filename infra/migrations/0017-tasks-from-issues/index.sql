-- A list of issues says which of them have a task, and before one is made from an issue it is asked whether there is one.
create index task_row_from_issue on read.task_row (workspace_id, (body -> 'origin' ->> 'url'))
  where kind = 'task' and body -> 'origin' ->> 'url' is not null;
