-- A task's page in parts: each its own row, so that a change sends what changed and not the whole task.
create index task_row_attempt on read.task_row (workspace_id, id) where kind = 'task_attempt' and gone is null;
create index task_row_attempt_by_state on read.task_row (workspace_id, (body #>> '{value,state}'))
  where kind = 'task_attempt' and gone is null;
drop index read.task_row_listed;
create index task_row_listed on read.task_row (workspace_id, kind, id)
  where wide and gone is null and kind not in ('task', 'task_cost');

-- The parts of the tasks there are, so that an installation that goes on shows the same at once; a rebuild follows.
insert into read.task_row (kind, id, workspace_id, task_id, wide, body, position)
  with made (task, kind, id, nth, value) as (
    select t, 'task_brief', task_id, 0, jsonb_build_object('description', view -> 'description', 'baseBranch',
      view -> 'baseBranch', 'model', view -> 'model', 'workflow', view -> 'workflow') from read.task t where not deleted
    union all
    select t, 'task_work', task_id, 0, jsonb_build_object('currentPhase', view -> 'currentPhase', 'documents',
      view -> 'documents', 'changes', view -> 'changes', 'evidence', view -> 'evidence', 'pullRequest',
      view -> 'pullRequest', 'problem', view -> 'problem') from read.task t where not deleted
    union all
    select t, 'task_phase', one.value ->> 'name', one.nth - 1, one.value
      from read.task t, jsonb_array_elements(view -> 'phaseDetails') with ordinality one (value, nth) where not deleted
    union all
    select t, 'task_attempt', one.value ->> 'id', one.nth - 1, one.value - 'usage'
      from read.task t, jsonb_array_elements(view -> 'instances') with ordinality one (value, nth) where not deleted
    union all
    select t, 'task_attempt_usage', one.value ->> 'id', one.nth - 1, one.value -> 'usage'
      from read.task t, jsonb_array_elements(view -> 'instances') with ordinality one (value, nth) where not deleted
    union all
    select t, 'task_question', one.value ->> 'id', one.nth - 1, one.value
      from read.task t, jsonb_array_elements(view -> 'questions') with ordinality one (value, nth) where not deleted
    union all
    select t, 'task_dependency', one.value ->> 'id', one.nth - 1, one.value
      from read.task t, jsonb_array_elements(view -> 'dependencies') with ordinality one (value, nth) where not deleted
    union all
    select t, 'task_review', one.value ->> 'id', one.nth - 1,
        one.value - array['deliverables', 'changes', 'reviewedFiles', 'comments']
      from read.task t, jsonb_array_elements(view -> 'reviews') with ordinality one (value, nth) where not deleted
    union all
    select t, 'task_review_work', one.value ->> 'id', one.nth - 1, jsonb_build_object('deliverables',
        one.value -> 'deliverables', 'changes', one.value -> 'changes', 'reviewedFiles', one.value -> 'reviewedFiles')
      from read.task t, jsonb_array_elements(view -> 'reviews') with ordinality one (value, nth) where not deleted
    union all
    select t, 'task_comment', said.value ->> 'commentId', said.nth - 1,
        jsonb_build_object('reviewId', one.value -> 'id', 'comment', said.value)
      from read.task t, jsonb_array_elements(view -> 'reviews') one (value),
        jsonb_array_elements(one.value -> 'comments') with ordinality said (value, nth) where not deleted
  )
  select kind, id, (task).workspace_id, (task).task_id, false,
    jsonb_build_object('id', id, 'nth', nth, 'value', value), (task).position
  from made
  union all
  select 'task_cost', task_id, workspace_id, task_id, true, jsonb_build_object('id', task_id, 'costUsd', view -> 'costUsd'),
    position from read.task where not deleted;

drop table read.instance;
alter table read.task drop column view; -- with it goes the check that it is there

-- Pages of the past begin at the first event until these are made again: what they say does not depend on them.
truncate read.task_history, read.board_history;
alter table read.task_history rename column view to parts;
