-- What read models were at earlier positions, so that a page of the past needs only the few thousand events after one of
-- these. Kept every so many events; how often depends on how the events came, what they say does not.

-- Tasks that had changed since the time before, as they were.
create table read.task_history (
  task_id text not null,
  position bigint not null,
  workspace_id text not null,
  board_column text not null,
  updated_at timestamptz not null,
  deleted boolean not null,
  card jsonb,
  view jsonb,
  primary key (task_id, position)
);

-- The newest tasks of every column ({column: [[task_id, updated_at], …]}), how many each has, and what the day had cost so far.
create table read.board_history (
  workspace_id text not null,
  position bigint not null,
  newest jsonb not null,
  counts jsonb not null,
  day date not null,
  cost_usd numeric not null,
  primary key (workspace_id, position)
);
create index board_history_by_position on read.board_history (position);

create index task_event_by_position on read.task_event (workspace_id, position);
