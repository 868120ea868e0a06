-- Read models: every row is a fold of events and can be thrown away. `position` is that of the last event that changed
-- the row, so that a reader finds what changed in (a, b] by index. `card`, `view` and `item` are the API's own shapes.
create table read.task (
  task_id text primary key,
  workspace_id text not null,
  number int not null,
  board_column text not null,
  state text not null,
  priority_rank smallint not null, -- 0 = urgent
  repository_id text not null,
  title text not null,
  search tsvector not null, -- number, title, labels, beginning of the description
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted boolean not null default false, -- the row stays, emptied, so that streams can say that the task is gone
  card jsonb,
  view jsonb,
  position bigint not null,
  check (deleted or (card is not null and view is not null))
) with (fillfactor = 80);
create index task_by_number on read.task (workspace_id, number);
create index task_changed on read.task (workspace_id, position);
create index task_by_update on read.task (workspace_id, updated_at desc, task_id desc) where not deleted;
create index task_by_priority on read.task (workspace_id, priority_rank, updated_at desc, task_id desc)
  where not deleted;
create index task_by_column on read.task (workspace_id, board_column, updated_at desc, task_id desc)
  where not deleted;
create index task_by_repository on read.task (repository_id, updated_at desc, task_id desc) where not deleted;
create index task_by_creation on read.task (workspace_id, created_at desc, task_id desc) where not deleted;
create index task_search on read.task using gin (search) where not deleted;

-- Which task a stream belongs to: only its first event says so.
create table read.task_member (
  stream text primary key,
  task_id text not null
);

-- The events of a task, whichever stream they are in.
create table read.task_event (
  task_id text not null,
  position bigint not null,
  workspace_id text not null,
  primary key (task_id, position)
);

create table read.instance (
  instance_id text primary key,
  task_id text not null,
  workspace_id text not null,
  state text not null,
  view jsonb not null,
  position bigint not null
) with (fillfactor = 80);
create index instance_of_task on read.instance (task_id);
create index instance_by_state on read.instance (workspace_id, state);

-- What waits for a person. A closed one keeps its row, so that streams can say that it closed.
create table read.attention (
  id text primary key, -- of the question, dependency, review or pull request, or of the failed task
  workspace_id text not null,
  task_id text not null,
  kind text not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  item jsonb not null,
  position bigint not null
) with (fillfactor = 80);
create index attention_open on read.attention (workspace_id, opened_at, id) where closed_at is null;
create index attention_changed on read.attention (workspace_id, position);

-- How many tasks each column of a board has; counting them would take longer with every task. No row means none.
create table read.column_count (
  workspace_id text not null,
  board_column text not null,
  tasks bigint not null check (tasks > 0),
  primary key (workspace_id, board_column)
) with (fillfactor = 50);

-- Money and tokens by day (UTC). Exact sums, whatever the batches were.
create table read.cost_day (
  workspace_id text not null,
  day date not null,
  cost_usd numeric not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  cache_read_tokens bigint not null,
  cache_write_tokens bigint not null,
  model_calls bigint not null,
  position bigint not null,
  primary key (workspace_id, day)
) with (fillfactor = 50);
