create table read.workspace (
  workspace_id text primary key,
  name text not null,
  created_at timestamptz not null,
  position bigint not null
);

-- Who may do what. A removed member has no row: a reader that forgets to look at a flag must not let anybody in.
create table read.member (
  workspace_id text not null,
  user_id text not null,
  role text not null,
  joined_at timestamptz not null,
  position bigint not null,
  primary key (workspace_id, user_id)
);
create index member_of on read.member (user_id);

-- `name` and `status` also live in `view`. A removed repository keeps its row: tasks still name it.
create table read.repository (
  repository_id text primary key,
  workspace_id text not null,
  name text not null,
  status text not null,
  view jsonb not null,
  position bigint not null
);
create index repository_by_name on read.repository (workspace_id, name);
create index repository_changed on read.repository (workspace_id, position);

-- Built-in services belong to the installation (workspace_id 'installation') and every workspace sees them.
create table read.service (
  service_id text primary key,
  workspace_id text not null,
  removed boolean not null default false,
  view jsonb not null,
  position bigint not null
);
create index service_changed on read.service (workspace_id, position);
